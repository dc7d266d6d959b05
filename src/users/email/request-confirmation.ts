import { and, eq, gt } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { deliver, type NewMail, writeMail } from "../../mail/outbox.ts";

/** How long the link counts that asks who signed up to show that the address is theirs. */
const CONFIRM_SIGN_UP_MS = 7 * 24 * 60 * 60 * 1000;

/** The mail that asks a user to confirm their present address. @param now milliseconds since 1970. */
export function confirmation(email: string, userId: NewMail["userId"] & {}, now: number): NewMail {
  return { kind: "confirm_email", email, userId, linkExpiresAt: now + CONFIRM_SIGN_UP_MS };
}

/** So many mails to confirm an address an account causes within an hour: each may go to a stranger. */
const WITHIN_AN_HOUR = 3;
const HOUR_MS = 60 * 60 * 1000;

/**
 * Mails a user once more the link to confirm their present address, unless that is done, or they were mailed one
 * three times within the last hour.
 */
export async function requestConfirmation(
  env: Env,
  db: DirectoryDb,
  userId: number,
  now: number,
): Promise<void> {
  const { email, emailConfirmedAt } = users;
  const user = await db.select({ email, emailConfirmedAt }).from(users).where(eq(users.id, userId)).get();
  if (!user || user.emailConfirmedAt !== null) return;
  const recent = and(
    eq(mails.userId, userId),
    eq(mails.kind, "confirm_email"),
    gt(mails.createdAt, now - HOUR_MS),
  );
  if ((await db.$count(mails, recent)) >= WITHIN_AN_HOUR) return;
  const [mail] = await writeMail(db, confirmation(user.email, userId, now), now);
  if (mail) await deliver(env, [mail.id]);
}
