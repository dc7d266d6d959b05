import { createHash } from "node:crypto";
import { eq, lt, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { loginFailures } from "../db/directory/schema.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";

/** So many failures are followed by no wait. */
const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Failures are forgotten once there was none for so long. */
const KEPT_MS = 60 * 60 * 1000;

/** What the failures of an account are kept under, whether or not there is one: an e-mail's SHA-256, in hex. */
export function failuresKey(email: string): string {
  return createHash("sha256").update(email.toLowerCase()).digest("hex");
}

/**
 * A statement that counts an attempt as failed before its password is looked at, so that of many at once none
 * goes uncounted; the one that succeeds takes it back by {@link clearFailures}. It gives a row where the attempt
 * may go on, and none within the wait: after five failures one second, twice as long after each one more, and
 * never longer than a minute, so that nobody is locked out.
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

/** A statement that forgets the failures of an account. */
export function clearFailures(db: DirectoryDb, key: string) {
  return db.delete(loginFailures).where(eq(loginFailures.emailHash, key));
}

/** Forgets failures that nobody added to for an hour. */
export async function forgetLoginFailures({ databases, now }: ScheduledRun): Promise<void> {
  await databases.directory.delete(loginFailures).where(lt(loginFailures.failedAt, now - KEPT_MS));
}
