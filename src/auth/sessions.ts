import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { sessions, users } from "../db/directory/schema.ts";

/** A refresh token is good for this long, and for one use: each use gives the next one. */
const REFRESH_TOKEN_MS = 30 * 24 * 60 * 60 * 1000;

/** A fresh refresh token, which is kept nowhere: the row of the session has its hash. */
export function createRefreshToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The SHA-256 of a refresh token, in hex. The token is as random as a key, so that it needs no slower hash. */
export function hashRefreshToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Until when a refresh token counts. @param now milliseconds since 1970. */
export function refreshTokenExpiry(now: number): number {
  return now + REFRESH_TOKEN_MS;
}

/**
 * A statement that opens a session at a sign-in.
 *
 * @param session its user, the family that it begins, and its first refresh token.
 * @param now milliseconds since 1970.
 */
export function openSession(
  db: DirectoryDb,
  { userId, family, refreshToken }: { userId: number; family: string; refreshToken: string },
  now: number,
) {
  return db.insert(sessions).values({
    userId,
    family,
    refreshHash: hashRefreshToken(refreshToken),
    createdAt: now,
    signedInAt: now,
    expiresAt: refreshTokenExpiry(now),
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
 * tokens, and no refresh token gives a new one.
 *
 * @param now milliseconds since 1970.
 */
export function endSessionsOf(db: DirectoryDb, userId: number, now: number) {
  return [
    db
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, userId)),
    db
      .update(sessions)
      .set({ revokedAt: now })
      .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt))),
  ] as const;
}
