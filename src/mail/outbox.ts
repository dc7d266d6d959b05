import type { SQL } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { mails } from "../db/directory/schema.ts";
import { sendMessage } from "../jobs/message.ts";
import { describeError, log } from "../log.ts";

export type MailRow = typeof mails.$inferSelect;
export type MailKind = MailRow["kind"];

/** A mail that is to be sent. */
export interface NewMail {
  kind: MailKind;
  /** An expression where it is known only within the transaction. */
  email: string | SQL;
  userId?: number | SQL | null;
  invitationId?: number | SQL | null;
  /** Whether the person asked for it themselves, as far as that is known; else anybody may have. */
  asked?: boolean | SQL;
  /** Until when its link can be used, in milliseconds since 1970; `null` without a link. */
  linkExpiresAt: number | null;
}

/**
 * A statement that writes a mail into the outbox and gives its id; it belongs into the batch of what the mail is
 * about, so that neither is without the other. After the batch, {@link deliver} hands it to the queue.
 *
 * @param now milliseconds since 1970.
 */
export function writeMail(db: DirectoryDb, mail: NewMail, now: number) {
  return db
    .insert(mails)
    .values({ ...mail, createdAt: now, queuedAt: now })
    .returning({ id: mails.id });
}

/**
 * Hands mails to the queue. A mail never fails the request that it belongs to: where the queue is down, the sweep
 * hands it over later.
 */
export async function deliver(env: Env, ids: number[]): Promise<void> {
  for (const mail_id of ids) {
    try {
      await sendMessage(env, { kind: "mail", mail_id });
    } catch (error) {
      log("error", "mail.not_queued", { mail_id, ...describeError(error) });
    }
  }
}
