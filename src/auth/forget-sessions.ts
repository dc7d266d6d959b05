import { inArray, sql } from "drizzle-orm";
import { openDirectory } from "../db/clients.ts";
import { sessions } from "../db/directory/schema.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;
const AT_ONCE = 1000;

/**
 * Takes out sessions that expired a day ago or longer.
 *
 * The row of a revoked session is what ends the access tokens of its family, so none goes before the last of these
 * has expired by itself: they live 15 minutes, and a family is kept for a day after it was revoked.
 *
 * @param now milliseconds since 1970.
 */
export async function forgetSessions(env: Env, now: number): Promise<void> {
  const db = openDirectory(env.DIRECTORY);
  const before = now - KEPT_MS;
  const over = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      sql`${sessions.expiresAt} < ${before} AND NOT EXISTS (
        SELECT 1 FROM ${sessions} AS kin WHERE kin.family = ${sessions.family} AND kin.revoked_at >= ${before})`,
    )
    .limit(AT_ONCE);
  await db.delete(sessions).where(inArray(sessions.id, over));
}
