import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { users } from "../../db/directory/schema.ts";
import { deliver, type NewMail, writeMail } from "../../mail/outbox.ts";

/** How long the link counts that asks who signed up to show that the address is theirs. */
const CONFIRM_SIGN_UP_MS = 7 * 24 * 60 * 60 * 1000;

/** The mail that asks a user to confirm their present address. @param now milliseconds since 1970. */
export function confirmation(email: string, userId: NewMail["userId"] & {}, now: number): NewMail {
  return { kind: "confirm_email", email, userId, linkExpiresAt: now + CONFIRM_SIGN_UP_MS };
}

/** Mails a user once more the link to confirm their present address, unless that is done. */
export async function requestConfirmation(
  env: Env,
  db: DirectoryDb,
  userId: number,
  now: number,
): Promise<void> {
  const { email, emailConfirmedAt } = users;
  const user = await db.select({ email, emailConfirmedAt }).from(users).where(eq(users.id, userId)).get();
  if (!user || user.emailConfirmedAt !== null) return;
  const [mail] = await writeMail(db, confirmation(user.email, userId, now), now);
  if (mail) await deliver(env, [mail.id]);
}
