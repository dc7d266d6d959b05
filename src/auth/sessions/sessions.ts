import { createHash, createHmac, randomBytes } from "node:crypto";
import { and, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { sessions, users } from "../../db/directory/schema.ts";
import { settingsOf } from "../../env.ts";
import { networkOfAddress } from "../../http/rate-limits/network.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A session that is not refreshed for so long ends; a refresh token is good for one use, which gives the next one. */
const IDLE_MS = 30 * DAY_MS;
/** However often it is refreshed, a session ends so long after the sign-in. */
const LONGEST_MS = 90 * DAY_MS;
/** For so long a refresh token may come again from its client, whose answer was lost on the way. */
export const REPEATABLE_MS = 30_000;

/** A fresh refresh token, which is kept nowhere: the row of the session has its hash. */
export function createRefreshToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The SHA-256 of a refresh token, in hex. The token is as random as a key, so that it needs no slower hash. */
export function hashRefreshToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * The refresh token that follows another one. It is derived, and kept nowhere either, so that who repeats a request
 * whose answer was lost gets the same one.
 */
export function nextRefreshToken(env: Env, token: string): string {
  return createHmac("sha256", settingsOf(env).linkKey).update(`refresh/${token}`).digest("base64url");
}

/**
 * Until when a refresh token counts, in milliseconds since 1970.
 *
 * @param signedInAt when its session began.
 */
export function refreshTokenExpiry(now: number, signedInAt: number): number {
  return Math.min(now + IDLE_MS, signedInAt + LONGEST_MS);
}

/** The same as an expression over a row of sessions. @param signedInAt the column. */
export function refreshTokenExpirySql(now: number, signedInAt: SQL): SQL {
  return sql`min(${now + IDLE_MS}, ${signedInAt} + ${LONGEST_MS})`;
}

/** What a session remembers of the client that a refresh token was handed out to. */
export interface SessionClient {
  ip: string | null;
  userAgent: string | null;
}

/**
 * A statement that opens a session at a sign-in.
 *
 * @param session its user, the family that it begins, and its first refresh token.
 * @param now milliseconds since 1970.
 */
export function openSession(
  db: DirectoryDb,
  {
    userId,
    family,
    refreshToken,
    client: { ip, userAgent } = { ip: null, userAgent: null },
  }: { userId: number; family: string; refreshToken: string; client?: SessionClient },
  now: number,
) {
  return db.insert(sessions).values({
    userId,
    family,
    refreshHash: hashRefreshToken(refreshToken),
    createdAt: now,
    signedInAt: now,
    expiresAt: refreshTokenExpiry(now, now),
    ip,
    userAgent,
    network: networkOfAddress(ip),
  });
}

/**
 * A statement that ends one session: all tokens that came from one sign-in, from the next request on.
 *
 * @param now milliseconds since 1970.
 * @param condition over the directory's tables, where it depends on one.
 */
export function endSession(db: DirectoryDb, family: string, now: number, condition?: SQL) {
  return db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.family, family), isNull(sessions.revokedAt), condition));
}

/**
 * Statements that end all sessions of a user, from the next request on: the version on the user ends the access
 * tokens, and no refresh token gives a new one. Nor are the devices and networks known any more that it was used from.
 *
 * @param now milliseconds since 1970.
 */
export function endSessionsOf(db: DirectoryDb, userId: number | SQL, now: number) {
  return [
    db
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1`, securedAt: now })
      .where(sql`${users.id} = ${userId}`),
    db
      .update(sessions)
      .set({ revokedAt: now })
      .where(and(sql`${sessions.userId} = ${userId}`, isNull(sessions.revokedAt))),
  ] as const;
}

/** A statement that ends the sessions of a user but one. @param family of the one that goes on. */
export function endOtherSessions(db: DirectoryDb, userId: number, family: string, now: number) {
  return db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.userId, userId), ne(sessions.family, family), isNull(sessions.revokedAt)));
}
