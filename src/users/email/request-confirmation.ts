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

const HOUR_MS = 60 * 60 * 1000;
/**
 * So often an account asks for its link again: each may go to a stranger. What others cause to the address takes
 * nothing of it.
 */
const ALLOWANCES = [
  { mails: 3, within: HOUR_MS },
  { mails: 6, within: 24 * HOUR_MS },
] as const;

/**
 * Mails a user once more the link to confirm their present address, unless that is done, or they asked for it three
 * times within the last hour, or six times within a day.
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
  const askedFor = and(eq(mails.userId, userId), eq(mails.kind, "confirm_email"), eq(mails.asked, true));
  for (const { mails: most, within } of ALLOWANCES) {
    if ((await db.$count(mails, and(askedFor, gt(mails.createdAt, now - within)))) >= most) return;
  }
  const [mail] = await writeMail(db, { ...confirmation(user.email, userId, now), asked: true }, now);
  if (mail) await deliver(env, [mail.id]);
}
