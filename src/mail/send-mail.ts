import { and, eq, isNull } from "drizzle-orm";
import type { Databases, DirectoryDb } from "../db/clients.ts";
import { mails } from "../db/directory/schema.ts";
import { settingsOf } from "../env.ts";
import { isOneTooMany } from "./ceiling.ts";
import { compose } from "./compose.ts";
import { letterOf } from "./letters/letter-of.ts";
import type { MailRow } from "./outbox.ts";
import { MailRejected } from "./send-errors.ts";

/**
 * What became of a mail: sent, or nobody was there to send it to, or its link expired before, or its address gets too
 * many.
 */
export type Outcome = "sent" | "dropped" | "expired" | "withheld";

/** A mail that was neither sent nor given up. @returns `undefined` where there is no such mail. */
export async function findWaitingMail(db: DirectoryDb, id: number): Promise<MailRow | undefined> {
  const waiting = and(eq(mails.id, id), isNull(mails.doneAt), isNull(mails.failedAt));
  return db.select().from(mails).where(waiting).get();
}

/**
 * Sends a mail, unless there is nobody to send it to any more, and writes down that it is dealt with.
 *
 * Between the two lies a gap: where the second fails, the mail is sent once more, with the same link, since that
 * follows from the mail's id. Rather twice than never.
 *
 * @param now milliseconds since 1970.
 * @throws NotTaken where the sending service refused it, or could not be reached.
 * @see https://developers.cloudflare.com/email-service/api/send-emails/workers-api/
 */
export async function sendMail(env: Env, databases: Databases, mail: MailRow, now: number): Promise<Outcome> {
  const outcome = await attempt(env, databases, mail, now);
  const ended = {
    sent: { doneAt: now },
    dropped: { doneAt: now, failedAt: now },
    expired: { failedAt: now },
    withheld: { failedAt: now },
  }[outcome];
  await databases.directory.update(mails).set(ended).where(eq(mails.id, mail.id));
  return outcome;
}

async function attempt(env: Env, databases: Databases, mail: MailRow, now: number): Promise<Outcome> {
  const { email: to, linkEndedAt, linkExpiresAt } = mail;
  if (linkEndedAt !== null) return "dropped";
  if (linkExpiresAt !== null && linkExpiresAt <= now) return "expired";
  const letter = await letterOf(env, databases, mail, now);
  if (!letter) return "dropped";
  if (await isOneTooMany(databases.directory, mail)) return "withheld";
  const message: EmailMessageBuilder = {
    from: settingsOf(env).mailFrom,
    to,
    ...compose(letter),
    // So that no holiday notice answers it. @see https://www.rfc-editor.org/rfc/rfc3834#section-5
    headers: { "Auto-Submitted": "auto-generated" },
  };
  try {
    await env.MAIL.send(message);
  } catch (error) {
    throw new MailRejected(error);
  }
  return "sent";
}
