import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { vi } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { mails, users } from "../../src/db/directory/schema.ts";
import worker from "../../src/index.ts";
import type { MailMessage } from "../../src/jobs/message.ts";
import type { MailRow } from "../../src/mail/outbox.ts";
import { type NewMail, writeMail } from "../../src/mail/outbox.ts";
import type { Locale } from "../../src/mail/templates/wording.ts";
import { createUser } from "../harness/factories.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";

export const directory = openDirectory(env.DIRECTORY);

/** What the binding was asked to send. */
export interface SentMail {
  from: { name: string; email: string };
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

const real = env.MAIL;

/**
 * Lets mail go through to the real binding and notes what was sent. The Worker that the queue calls has the same
 * bindings, so its mails are noted too.
 *
 * @param before is called with each mail before it is sent; what it throws, the binding seems to throw.
 */
export function watchMail(before: (mail: SentMail) => void | Promise<void> = () => {}): SentMail[] {
  const sent: SentMail[] = [];
  const watched = {
    async send(builder: EmailMessageBuilder) {
      const mail = builder as unknown as SentMail;
      await before(mail);
      const result = await real.send(builder);
      sent.push(mail);
      return result;
    },
  };
  (env as { MAIL: SendEmail }).MAIL = watched as SendEmail;
  return sent;
}

export function unwatchMail(): void {
  (env as { MAIL: SendEmail }).MAIL = real;
}

/** An error as the sending service gives it. */
export function sendingError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

/** Writes a mail into the outbox and tells nobody. */
export async function write(mail: NewMail, now = Date.now()): Promise<number> {
  const [row] = await writeMail(directory, mail, now);
  if (!row) throw new Error("no mail");
  return row.id;
}

export async function rowOf(id: number): Promise<MailRow> {
  const row = await directory.select().from(mails).where(eq(mails.id, id)).get();
  if (!row) throw new Error("no mail");
  return row;
}

/**
 * Hands messages to the Worker as the queue does.
 *
 * @returns which were acknowledged, and after how many seconds the others are to come again.
 */
export async function hand(bodies: (number | object)[], attempts = 1, bindings: Env = env) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts,
    body: { kind: "mail", ...(typeof body === "number" ? { mail_id: body } : body) } as MailMessage,
  }));
  const batch = createMessageBatch<MailMessage>("leadsy-mails", messages);
  // What the queue is told is in its result, but for the delay.
  const told = batch.messages.map((message) => vi.spyOn(message, "retry"));
  await worker.queue(batch, bindings);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  const again = retryMessages.map(({ msgId }) => [
    msgId,
    told[Number(msgId)]?.mock.lastCall?.[0]?.delaySeconds,
  ]);
  return { acknowledged: [...explicitAcks].sort(), delays: Object.fromEntries(again) };
}

/** Waits until a mail is dealt with, as the queue delivers in its own time. */
export async function outcomeOf(id: number): Promise<MailRow> {
  const start = Date.now();
  for (;;) {
    const row = await rowOf(id);
    if (row.doneAt !== null || row.failedAt !== null) return row;
    if (Date.now() - start > PATIENCE_MS) throw new Error(`still waiting: ${JSON.stringify(row)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A user who reads a language. */
export async function reader(locale: Locale, options: Parameters<typeof createUser>[0] = {}) {
  const user = await createUser(options);
  await directory.update(users).set({ locale }).where(eq(users.id, user.id));
  return user;
}
