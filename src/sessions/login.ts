import { and, eq, sql } from "drizzle-orm";
import { audit, auditEach, type Origin } from "../audit/record.ts";
import { hashPassword, needsRehash, verifyPassword } from "../auth/passwords/passwords.ts";
import { isKnownDevice, newDeviceToken, readDeviceToken } from "../auth/sessions/devices.ts";
import {
  claimAttempt,
  claimOfAccount,
  clearFailures,
  failuresKey,
  markFailure,
  releaseAttempt,
  wasClaimed,
} from "../auth/sessions/login-failures.ts";
import { createRefreshToken, hashRefreshToken, openSession } from "../auth/sessions/sessions.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless, type Statement } from "../db/directory/commit.ts";
import { sessions, users } from "../db/directory/schema.ts";
import { AppError, notFound } from "../errors.ts";
import { networkOfAddress } from "../http/rate-limits/network.ts";
import { deliver } from "../mail/outbox.ts";
import { selectUsers } from "../users/queries.ts";
import { announceDevice } from "./announce-device.ts";
import { isKnownNetwork, selectAccount } from "./queries.ts";
import type { OpenSession } from "./view.ts";

/** What somebody shows who wants to sign in. */
interface Credentials {
  /** As typed; one account however it is written. */
  email: string;
  password: string;
  /** The token of the device, where it was given one. */
  deviceToken: string | undefined;
}

/**
 * Signs a user in: one round trip before the password is checked, one after, also where it is wrong.
 *
 * @returns the session, with a token by which the device is known from now on.
 * @throws 401, the same and after the same time for an unknown e-mail, a wrong password and an account that may
 * not sign in; 429 with `Retry-After` after too many failures, before the password is looked at.
 */
export async function login(
  env: Env,
  db: DirectoryDb,
  { email: typed, password, deviceToken: token }: Credentials,
  origin: Origin,
): Promise<OpenSession & { deviceToken: string }> {
  const { now } = origin;
  const email = typed.toLowerCase();
  const device = readDeviceToken(env, email, token);
  const network = networkOfAddress(origin.ip);
  const source = failuresKey(email, device === null ? `network/${network}` : `device/${device.id}`);
  const from = {
    isKnownDevice: isKnownDevice(email, device),
    isKnownNetwork: isKnownNetwork(email, network),
    condition: wasClaimed(source, now),
  };
  const [claimed, [ofAccount], [credentials]] = await db.batch([
    claimAttempt(db, source, now),
    claimOfAccount(db, email, from, now),
    selectAccount(db, email, source, device),
  ]);
  if (claimed.length === 0) throw tooSoon((credentials?.retryAt ?? now) - now);
  if (!ofAccount) throw underAttack();
  const known = await verifyPassword(password, credentials?.account?.passwordHash ?? null);
  if (!known || credentials?.account?.status !== "active") {
    await recordFailure(db, email, source, origin);
    throw new AppError("invalid_credentials", "Check both and try again, or reset the password.");
  }
  return {
    ...(await start(
      env,
      db,
      {
        ...credentials.account,
        password,
        isNewDevice: !credentials.isKnownDevice,
        attempts: [clearFailures(db, source), releaseAttempt(db, ofAccount.countedUnder)],
      },
      origin,
    )),
    deviceToken: credentials.isKnownDevice && token ? token : newDeviceToken(env, email, now),
  };
}

/**
 * Tells the trail of an account that a sign-in failed. An address without one leaves nothing there, neither its text
 * nor a row; both commit a write all the same, since what waits for one takes longer than what does not.
 */
async function recordFailure(db: DirectoryDb, email: string, source: string, origin: Origin): Promise<void> {
  const failed = {
    action: "user.sign_in_failed",
    companyId: null,
    objectId: sql`${users.id}`,
    details: sql`'{}'`,
  } as const;
  await db.batch([
    auditEach(db, { ...origin, actor: null }, failed, sql`FROM ${users} WHERE ${users.email} = ${email}`),
    markFailure(db, source),
  ]);
}

interface ProvenAccount {
  id: number;
  tokenVersion: number;
  passwordHash: string | null;
  password: string;
  isNewDevice: boolean;
  /** Statements that take the attempt back. */
  attempts: Statement[];
}

/** Opens the session of somebody whose password was right. */
async function start(
  env: Env,
  db: DirectoryDb,
  account: ProvenAccount,
  origin: Origin,
): Promise<OpenSession> {
  const { id: userId, tokenVersion, passwordHash } = account;
  const session = { userId, family: crypto.randomUUID(), refreshToken: createRefreshToken(), client: origin };
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
  const [, mailed, [user]] = await commit(db, [
    refuseUnless(db, unchanged, "invalid_credentials"),
    announceDevice(db, userId, account.isNewDevice, origin),
    selectUsers(db).where(eq(users.id, userId)),
    openSession(db, session, origin.now),
    audit(db, { ...origin, actor: { kind: "user", userId } }, opened),
    ...account.attempts,
    ...(await renewedHash(db, account)),
  ]);
  if (!user) throw notFound();
  await deliver(
    env,
    mailed.map(({ id }) => id),
  );
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
  return refuseAttempt(seconds, `Too many sign-ins failed: try again in ${seconds} s.`);
}

function underAttack(): AppError {
  return refuseAttempt(
    60,
    "Too many sign-ins failed, from many places: sign in from a device or a network that was signed in before, or " +
      "ask for a new password and open the link in the mail.",
  );
}

function refuseAttempt(seconds: number, detail: string): AppError {
  return new AppError("too_many_requests", detail, { headers: { "Retry-After": String(seconds) } });
}
