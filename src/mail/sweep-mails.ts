import { and, inArray, isNotNull, isNull, lt, or } from "drizzle-orm";
import { mails } from "../db/directory/schema.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../jobs/purge.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { log } from "../log.ts";
import { deliver } from "./outbox.ts";

const LOST_AFTER_MS = 10 * 60 * 1000;
const SENT_AT_ONCE = 100;

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Hands mails to the queue again whose message never got there, or was lost; the longest waiting first.
 */
export async function sweepMails({ env, databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const lost = db
    .select({ id: mails.id })
    .from(mails)
    .where(and(isNull(mails.doneAt), isNull(mails.failedAt), lt(mails.queuedAt, now - LOST_AFTER_MS)))
    .orderBy(mails.queuedAt)
    .limit(SENT_AT_ONCE);
  // Written before they are handed over, so that the next sweep does not take them all up once more.
  const swept = await db
    .update(mails)
    .set({ queuedAt: now })
    .where(inArray(mails.id, lost))
    .returning({ id: mails.id });
  for (const { id } of swept) log("info", "mail.swept", { mail_id: id });
  await deliver(
    env,
    swept.map(({ id }) => id),
  );
}

/**
 * Takes out mails that are dealt with and 30 days old. By then every link is over.
 */
export async function purgeMails({ databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const over = or(isNotNull(mails.doneAt), isNotNull(mails.failedAt), isNotNull(mails.linkEndedAt));
  const old = db
    .select({ id: mails.id })
    .from(mails)
    .where(and(lt(mails.createdAt, now - KEPT_MS), over))
    .limit(PURGED_AT_ONCE);
  await purgeInSteps(() => db.delete(mails).where(inArray(mails.id, old)).run());
}
