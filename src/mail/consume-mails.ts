import { eq } from "drizzle-orm";
import { type Databases, type DirectoryDb, openDatabases } from "../db/clients.ts";
import { mails } from "../db/directory/schema.ts";
import type { MailMessage } from "../jobs/message.ts";
import { describeError, log } from "../log.ts";
import type { MailKind } from "./outbox.ts";
import { MailRejected, secondsUntilRetry } from "./send-errors.ts";
import { findWaitingMail, sendMail } from "./send-mail.ts";

/** As `max_retries` of the queue in wrangler.toml: after so many, the queue drops a message. */
export const MAX_RETRIES = 10;

/**
 * Takes messages of the mail queue. No mail waits for another of its batch, or fails with it.
 *
 * A mail is sent at least once. Its message may come again at any time, from the queue or from the sweep; one that
 * is dealt with is left alone, so it takes a failure right after the sending, or two consumers at the same moment,
 * for it to go out twice. Its link is the same both times, so nothing breaks.
 */
export async function consumeMails(batch: MessageBatch<MailMessage>, env: Env): Promise<void> {
  const databases = openDatabases(env, { for: "job" });
  const ofOneMail = Map.groupBy(batch.messages, ({ body }) => body.mail_id).values();
  await Promise.all(
    [...ofOneMail].map(async (messages) => {
      for (const message of messages) await consume(message, env, databases);
    }),
  );
}

async function consume(message: Message<MailMessage>, env: Env, databases: Databases): Promise<void> {
  const db = databases.directory;
  const { mail_id: id } = message.body;
  let kind: MailKind | null = null;
  try {
    const mail = Number.isSafeInteger(id) ? await findWaitingMail(db, id) : undefined;
    if (mail) {
      kind = mail.kind;
      const outcome = await sendMail(env, databases, mail, Date.now());
      if (outcome === "expired") log("error", "mail.expired", { mail_id: id, kind });
      if (outcome === "withheld") log("info", "mail.withheld", { mail_id: id, kind });
    }
    message.ack();
  } catch (error) {
    await postpone(db, message, kind, error);
  }
}

/** Has a mail tried again later, or gives it up where that is of no use. */
async function postpone(
  db: DirectoryDb,
  message: Message<MailMessage>,
  kind: MailKind | null,
  error: unknown,
): Promise<void> {
  const { attempts: attempt } = message;
  const { mail_id } = message.body;
  const final = attempt > MAX_RETRIES || (error instanceof MailRejected && error.final);
  const cause = error instanceof MailRejected ? { code: error.code } : describeError(error);
  log("error", final ? "mail.failed" : "mail.try_failed", { mail_id, kind, attempt, ...cause });
  const delaySeconds = secondsUntilRetry(attempt, error);
  const now = Date.now();
  try {
    // The queue has it again at the end of the delay, and only then may the sweep take it for lost.
    const change = final ? { failedAt: now } : { queuedAt: now + delaySeconds * 1000 };
    await db.update(mails).set(change).where(eq(mails.id, mail_id));
    if (final) return message.ack();
  } catch (trouble) {
    // The queue tries again, and once it has dropped the message, the sweep finds the mail as it is.
    log("error", "mail.not_noted", { mail_id, kind, ...describeError(trouble) });
  }
  message.retry({ delaySeconds });
}
