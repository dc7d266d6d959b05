import { createHash } from "node:crypto";
import { eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { loginFailures } from "../../db/directory/schema.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";

/** So many failures from one source are followed by no wait. */
const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Failures count for so long after the last one. */
const KEPT_MS = 60 * 60 * 1000;
/** So many attempts an hour may come from networks that the account was never signed in from, all of them together. */
export const UNKNOWN_SOURCES_AN_HOUR = 200;
/**
 * So many may fail from known devices, and so many from known networks, each kind together; every source has a wait of
 * its own too. Beyond that a device counts as its network does, and a network as an unknown one.
 */
export const KNOWN_SOURCES_AN_HOUR = 100;

/**
 * Where an attempt at an account comes from: a known device, or a network. Each has failures of its own, so that
 * strangers keep nobody waiting but themselves.
 */
export type Source = `device/${string}` | `network/${string}`;
/** What all known devices of an account have in common, and what all known networks. */
export type KnownSources = "devices" | "networks";

/**
 * What failures are kept under, whether or not the e-mail has an account: a SHA-256, in hex.
 *
 * @param source without one it is what all unknown sources have in common.
 */
export function failuresKey(email: string, source?: Source | KnownSources): string {
  const text = source === undefined ? email.toLowerCase() : `${email.toLowerCase()} ${source}`;
  return createHash("sha256").update(text).digest("hex");
}

/**
 * A statement that counts an attempt of one source as failed before its password is looked at, so that of many at
 * once none goes uncounted; the one that succeeds takes it back by {@link clearFailures}. It gives a row where the
 * attempt may go on, and none within the wait: after five failures one second, twice as long after each one more,
 * and never longer than a minute.
 *
 * @param now milliseconds since 1970.
 */
export function claimAttempt(db: DirectoryDb, key: string, now: number) {
  const { failures, failedAt, retryAt } = loginFailures;
  const counted = sql`(CASE WHEN ${failedAt} < ${now - KEPT_MS} THEN 1 ELSE ${failures} + 1 END)`;
  const wait = sql`(CASE WHEN ${counted} <= ${FREE} THEN 0
    ELSE min(${LONGEST_WAIT_MS}, ${FIRST_WAIT_MS} << min(${counted} - ${FREE} - 1, 10)) END)`;
  return db
    .insert(loginFailures)
    .values({ emailHash: key, failures: 1, failedAt: now, retryAt: now })
    .onConflictDoUpdate({
      target: loginFailures.emailHash,
      set: { failures: counted, failedAt: now, retryAt: sql`${now} + ${wait}` },
      setWhere: sql`${retryAt} <= ${now}`,
    })
    .returning({ failures });
}

/**
 * A statement that counts an attempt against what all sources of its kind may try at an account in an hour, before its
 * password is looked at: known devices, known networks, or unknown ones. Where the devices have no tries left it counts
 * as one of its network, and where the networks have none as an unknown one: who is in a network of the account can use
 * up the tries of networks, and not those of devices, for which it takes a token. It gives a row, with the key that it
 * was counted under, where the attempt may go on.
 *
 * @param email of the account.
 * @param from whether it comes from a known device and from a known network, over the directory's tables.
 * @param condition whether it is to be counted.
 * @param now milliseconds since 1970.
 */
export function claimOfAccount(
  db: DirectoryDb,
  email: string,
  { isKnownDevice, isKnownNetwork, condition }: { isKnownDevice: SQL; isKnownNetwork: SQL; condition: SQL },
  now: number,
) {
  const { emailHash, failures, failedAt } = loginFailures;
  const over = sql`${failedAt} < ${now - KEPT_MS}`;
  const [devices, networks] = [failuresKey(email, "devices"), failuresKey(email, "networks")];
  const unknown = failuresKey(email);
  const mayTry = (key: string) => sql`NOT EXISTS (SELECT 1 FROM ${loginFailures} f
    WHERE f.email_hash = ${key} AND f.failed_at >= ${now - KEPT_MS} AND f.failures >= ${KNOWN_SOURCES_AN_HOUR})`;
  const most = sql`CASE WHEN ${emailHash} = ${unknown} THEN ${UNKNOWN_SOURCES_AN_HOUR} ELSE ${KNOWN_SOURCES_AN_HOUR} END`;
  return db
    .insert(loginFailures)
    .select(
      sql`SELECT CASE WHEN ${isKnownDevice} AND ${mayTry(devices)} THEN ${devices}
          WHEN ${isKnownNetwork} AND ${mayTry(networks)} THEN ${networks} ELSE ${unknown} END,
        1, ${now}, ${now} WHERE ${condition}`,
    )
    .onConflictDoUpdate({
      target: emailHash,
      set: {
        failures: sql`CASE WHEN ${over} THEN 1 ELSE ${failures} + 1 END`,
        // The hour is counted from its first attempt: one that is always under attack opens again.
        failedAt: sql`CASE WHEN ${over} THEN ${now} ELSE ${failedAt} END`,
        retryAt: now,
      },
      setWhere: sql`${over} OR ${failures} < ${most}`,
    })
    .returning({ countedUnder: emailHash });
}

/** Whether the attempt of a source was counted at this very moment, as a condition. */
export function wasClaimed(key: string, now: number): SQL {
  return sql`EXISTS (SELECT 1 FROM ${loginFailures} WHERE email_hash = ${key} AND failed_at = ${now})`;
}

/** A statement that clears the failures of a source, or of an account. */
export function clearFailures(db: DirectoryDb, key: string) {
  return db.delete(loginFailures).where(eq(loginFailures.emailHash, key));
}

/**
 * A statement that marks a counted attempt of a source as failed, a millisecond later than it was claimed: there is a
 * row to change whether or not the e-mail has an account, so that a batch with it writes in either case. A wait is as
 * long as before, from then on.
 */
export function markFailure(db: DirectoryDb, key: string) {
  const { failedAt, retryAt } = loginFailures;
  return db
    .update(loginFailures)
    .set({ failedAt: sql`${failedAt} + 1`, retryAt: sql`${retryAt} + (${retryAt} > ${failedAt})` })
    .where(eq(loginFailures.emailHash, key));
}

/** A statement that takes back one attempt that was counted against the sources of an account. */
export function releaseAttempt(db: DirectoryDb, key: string) {
  return db
    .update(loginFailures)
    .set({ failures: sql`max(${loginFailures.failures} - 1, 0)` })
    .where(eq(loginFailures.emailHash, key));
}

/** Deletes failures that do not count any more. */
export async function purgeLoginFailures({ databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const over = db
    .select({ emailHash: loginFailures.emailHash })
    .from(loginFailures)
    .where(lt(loginFailures.failedAt, now - KEPT_MS))
    .limit(PURGED_AT_ONCE);
  await purgeInSteps(() => db.delete(loginFailures).where(inArray(loginFailures.emailHash, over)).run());
}
