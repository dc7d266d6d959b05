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
/** So many may fail from known devices and networks, all of them together, each of which has a wait of its own too. */
export const KNOWN_SOURCES_AN_HOUR = 100;

/**
 * Where an attempt at an account comes from: a known device, or a network. Each has failures of its own, so that
 * strangers keep nobody waiting but themselves.
 */
export type Source = `device/${string}` | `network/${string}`;

/**
 * What failures are kept under, whether or not the e-mail has an account: a SHA-256, in hex.
 *
 * @param source without one it is what all unknown sources have in common; `known` what all known ones have.
 */
export function failuresKey(email: string, source?: Source | "known"): string {
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
 * A statement that counts an attempt against what all sources of its kind may try at an account in an hour, the unknown
 * ones or the known ones, before its password is looked at. It gives a row where the attempt may go on.
 *
 * @param email of the account.
 * @param isKnown whether it comes from a known source, over the directory's tables.
 * @param condition whether it is to be counted.
 * @param now milliseconds since 1970.
 */
export function claimOfAccount(
  db: DirectoryDb,
  email: string,
  { isKnown, condition }: { isKnown: SQL; condition: SQL },
  now: number,
) {
  const { emailHash, failures, failedAt } = loginFailures;
  const over = sql`${failedAt} < ${now - KEPT_MS}`;
  const known = failuresKey(email, "known");
  const most = sql`CASE WHEN ${emailHash} = ${known} THEN ${KNOWN_SOURCES_AN_HOUR} ELSE ${UNKNOWN_SOURCES_AN_HOUR} END`;
  return db
    .insert(loginFailures)
    .select(
      sql`SELECT iif(${isKnown}, ${known}, ${failuresKey(email)}), 1, ${now}, ${now} WHERE ${condition}`,
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
    .returning({ failures });
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
