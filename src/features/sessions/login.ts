import { and, eq, sql } from "drizzle-orm";
import { claimAttempt, clearFailures, failuresKey } from "../../auth/login-failures.ts";
import { hashPassword, needsRehash, verifyPassword } from "../../auth/passwords.ts";
import { createRefreshToken, hashRefreshToken, openSession } from "../../auth/sessions.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, refuseUnless } from "../../db/directory/commit.ts";
import { sessions, users } from "../../db/directory/schema.ts";
import { AppError, notFound } from "../../http/errors.ts";
import { audit, type Origin } from "../audit/record.ts";
import { selectUsers } from "../users/queries.ts";
import { selectAccount } from "./queries.ts";
import type { OpenSession } from "./view.ts";

/**
 * Signs a user in: one round trip before the password is checked, one after.
 *
 * @param email as typed; one account however it is written.
 * @throws 401, the same and after the same time for an unknown e-mail, a wrong password and an account that may
 * not sign in; 429 with `Retry-After` after too many failures, before the password is looked at.
 */
export async function login(
  db: DirectoryDb,
  { email, password }: { email: string; password: string },
  origin: Origin,
): Promise<OpenSession> {
  const { now } = origin;
  const key = failuresKey(email);
  const [claimed, [found]] = await db.batch([
    claimAttempt(db, key, now),
    selectAccount(db, email.toLowerCase(), key),
  ]);
  if (claimed.length === 0) throw tooSoon((found?.retryAt ?? now) - now);
  const account = found?.account;
  const known = await verifyPassword(password, account?.passwordHash ?? null);
  if (!known || account?.status !== "active") {
    throw new AppError("invalid_credentials", "Check both and try again, or reset the password.");
  }
  return start(db, { ...account, email, password }, origin);
}

/** Opens the session of somebody whose password was right. */
async function start(
  db: DirectoryDb,
  account: { id: number; tokenVersion: number; passwordHash: string | null; email: string; password: string },
  origin: Origin,
): Promise<OpenSession> {
  const { id: userId, tokenVersion, passwordHash } = account;
  const session = { userId, family: crypto.randomUUID(), refreshToken: createRefreshToken() };
  const refreshHash = hashRefreshToken(session.refreshToken);
  const opened = {
    action: "session.opened",
    companyId: null,
    objectId: sql`(SELECT ${sessions.id} FROM ${sessions} WHERE ${sessions.refreshHash} = ${refreshHash})`,
  } as const;
  // While the password was checked it may have been changed, or the user disabled.
  const unchanged = sql`EXISTS (SELECT 1 FROM ${users} WHERE ${users.id} = ${userId}
    AND ${users.tokenVersion} = ${tokenVersion} AND ${users.passwordHash} = ${passwordHash}
    AND ${users.status} = 'active')`;
  const [, , , , [user]] = await commit(db, [
    refuseUnless(db, unchanged, "invalid_credentials"),
    openSession(db, session, origin.now),
    audit(db, { ...origin, actorId: userId }, opened),
    clearFailures(db, failuresKey(account.email)),
    selectUsers(db).where(eq(users.id, userId)),
    ...(await renewedHash(db, account)),
  ]);
  if (!user) throw notFound();
  return { user, tokenVersion, family: session.family, refreshToken: session.refreshToken };
}

/** A statement that keeps a password under today's cost, where it was hashed at another one. */
async function renewedHash(
  db: DirectoryDb,
  { id, password, passwordHash }: { id: number; password: string; passwordHash: string | null },
) {
  if (!passwordHash || !needsRehash(passwordHash)) return [];
  return [
    db
      .update(users)
      .set({ passwordHash: await hashPassword(password) })
      .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash))),
  ];
}

function tooSoon(milliseconds: number): AppError {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new AppError("too_many_requests", `Too many sign-ins failed: try again in ${seconds} s.`, {
    headers: { "Retry-After": String(seconds) },
  });
}
