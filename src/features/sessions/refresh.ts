import { eq, sql } from "drizzle-orm";
import { createRefreshToken, endSession, hashRefreshToken, refreshTokenExpiry } from "../../auth/sessions.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit } from "../../db/directory/commit.ts";
import { sessions, users } from "../../db/directory/schema.ts";
import { AppError } from "../../http/errors.ts";
import { auditWhere, type Origin } from "../audit/record.ts";
import { selectUsers } from "../users/queries.ts";
import { findSession } from "./queries.ts";
import type { OpenSession } from "./view.ts";

/**
 * Exchanges a refresh token for the next one of its session. A token that was used before is in two hands: the
 * session ends for both of them.
 *
 * It is read and written in one transaction whether the token counts, so that of two uses at once exactly one is
 * the first.
 *
 * @throws 401 for a token that is unknown, used, expired or revoked, and for a user who may not sign in.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export async function refresh(db: DirectoryDb, token: string, origin: Origin): Promise<OpenSession> {
  const { now } = origin;
  const session = await findSession(db, hashRefreshToken(token));
  if (!session) throw ended();
  const { id, userId, family } = session;
  const refreshToken = createRefreshToken();
  const reused = sql`EXISTS (
    SELECT 1 FROM ${sessions} s WHERE s.id = ${id} AND s.used_at IS NOT NULL AND s.revoked_at IS NULL)`;
  const counts = sql`EXISTS (
    SELECT 1 FROM ${sessions} s JOIN ${users} u ON u.id = s.user_id
    WHERE s.id = ${id} AND s.used_at IS NULL AND s.revoked_at IS NULL AND s.expires_at > ${now}
      AND u.status = 'active')`;
  const reuse = {
    action: "session.reused",
    companyId: null,
    objectId: id,
    details: { user_id: userId },
  } as const;
  const [, , opened, , [version], [user]] = await commit(db, [
    auditWhere(db, origin, reuse, reused),
    endSession(db, family, now, reused),
    db
      .insert(sessions)
      .select(
        sql`SELECT NULL, ${userId}, ${family}, ${hashRefreshToken(refreshToken)}, ${now},
          ${refreshTokenExpiry(now)}, NULL, NULL,
          coalesce(s.root_id, s.id), s.signed_in_at, NULL, NULL, NULL
          FROM ${sessions} s WHERE s.id = ${id} AND ${counts}`,
      )
      .returning({ id: sessions.id }),
    db.update(sessions).set({ usedAt: now }).where(sql`${sessions.id} = ${id} AND ${counts}`),
    db.select({ tokenVersion: users.tokenVersion }).from(users).where(eq(users.id, userId)),
    selectUsers(db).where(eq(users.id, userId)),
  ]);
  if (opened.length === 0 || !version || !user) throw ended();
  return { user, ...version, family, refreshToken };
}

function ended(): AppError {
  return new AppError("session_ended", "Sign in again.");
}
