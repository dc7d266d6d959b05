import { sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import { endSession } from "../auth/sessions/sessions.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { sessions } from "../db/directory/schema.ts";

/**
 * Signs a user out: the session ends with all tokens that came from its sign-in. The user's other ones go on.
 *
 * @param family that of the access token.
 */
export async function logout(db: DirectoryDb, family: string, origin: Origin): Promise<void> {
  const ofFamily = sql`FROM ${sessions} WHERE family = ${family} AND revoked_at IS NULL`;
  const event = {
    action: "session.ended",
    companyId: null,
    objectId: sql`(SELECT max(id) ${ofFamily})`,
  } as const;
  await commit(db, [
    auditWhere(db, origin, event, sql`EXISTS (SELECT 1 ${ofFamily})`),
    endSession(db, family, origin.now),
  ]);
}
