import { eq, type SQL, sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import {
  endSession,
  hashRefreshToken,
  nextRefreshToken,
  REPEATABLE_MS,
  refreshTokenExpirySql,
} from "../auth/sessions/sessions.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { sessions, users } from "../db/directory/schema.ts";
import { AppError } from "../errors.ts";
import { networkOfAddress } from "../http/rate-limits/network.ts";
import { selectUsers } from "../users/queries.ts";
import { findSession } from "./queries.ts";
import type { OpenSession } from "./view.ts";

/**
 * Exchanges a refresh token for the next one of its session. A token that was used before is in two hands: the
 * session ends for both of them. But for half a minute its client may repeat it, as long as the next token was not
 * used: the answer may have been lost on the way, or two tabs asked at once. They get the same next token.
 *
 * It is read and written in one transaction whether the token counts, so that of two uses at once exactly one is
 * the first.
 *
 * @throws 401 for a token that is unknown, used, expired or revoked, and for a user who may not sign in.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export async function refresh(
  env: Env,
  db: DirectoryDb,
  token: string,
  origin: Origin,
): Promise<OpenSession> {
  const { now, ip, userAgent } = origin;
  const session = await findSession(db, hashRefreshToken(token));
  if (!session) throw ended();
  const { id, userId, family } = session;
  const refreshToken = nextRefreshToken(env, token);
  const next = hashRefreshToken(refreshToken);
  const isActive = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${userId} AND status = 'active')`;
  const isFirst = whereSession(
    id,
    sql`s.used_at IS NULL AND s.revoked_at IS NULL AND s.expires_at > ${now} AND ${isActive}`,
  );
  const isRepeated = whereSession(
    id,
    sql`s.used_at > ${now - REPEATABLE_MS} AND s.revoked_at IS NULL AND ${isActive} AND EXISTS (
      SELECT 1 FROM ${sessions} n WHERE n.refresh_hash = ${next} AND n.used_at IS NULL
        AND n.user_agent IS ${userAgent})`,
  );
  const isReused = sql`${whereSession(id, sql`s.used_at IS NOT NULL AND s.revoked_at IS NULL`)}
    AND NOT ${isRepeated}`;
  const reuse = {
    action: "session.reused",
    companyId: null,
    objectId: id,
    details: { user_id: userId },
  } as const;
  const [[repetition], , , opened, , [version], [user]] = await commit(db, [
    db
      .select({ allowed: sql<0 | 1>`${isRepeated}`.as("allowed") })
      .from(users)
      .where(eq(users.id, userId)),
    auditWhere(db, origin, reuse, isReused),
    endSession(db, family, now, isReused),
    db
      .insert(sessions)
      .select(
        sql`SELECT NULL, s.user_id, s.family, ${next}, ${now}, ${refreshTokenExpirySql(now, sql`s.signed_in_at`)},
          NULL, NULL, coalesce(s.root_id, s.id), s.signed_in_at, ${ip}, ${networkOfAddress(ip)}, ${userAgent}
          FROM ${sessions} s WHERE s.id = ${id} AND ${isFirst}`,
      )
      .returning({ id: sessions.id }),
    db.update(sessions).set({ usedAt: now }).where(sql`${sessions.id} = ${id} AND ${isFirst}`),
    db.select({ tokenVersion: users.tokenVersion }).from(users).where(eq(users.id, userId)),
    selectUsers(db).where(eq(users.id, userId)),
  ]);
  const goesOn = opened.length > 0 || repetition?.allowed === 1;
  if (!goesOn || !version || !user) throw ended();
  return { user, ...version, family, refreshToken };
}

function whereSession(id: number, condition: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM ${sessions} s WHERE s.id = ${id} AND ${condition})`;
}

function ended(): AppError {
  return new AppError("session_ended", "Sign in again.");
}
