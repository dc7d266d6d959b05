import { inArray, sql } from "drizzle-orm";
import { sessions } from "../../db/directory/schema.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Takes out sessions that expired a day ago or longer.
 *
 * The row of a revoked session is what ends the access tokens of its family, so none goes before the last of these
 * has expired by itself: they live 15 minutes, and a family is kept for a day after it was revoked.
 */
export async function purgeExpiredSessions({ databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const before = now - KEPT_MS;
  const over = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      sql`${sessions.expiresAt} < ${before} AND NOT EXISTS (
        SELECT 1 FROM ${sessions} AS kin WHERE kin.family = ${sessions.family} AND kin.revoked_at >= ${before})`,
    )
    .limit(PURGED_AT_ONCE);
  await purgeInSteps(() => db.delete(sessions).where(inArray(sessions.id, over)).run());
}
