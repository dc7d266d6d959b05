import { and, eq, isNull, lt, type SQL, sql } from "drizzle-orm";
import { linkToken } from "../auth/link-tokens.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { mails, users } from "../db/directory/schema.ts";
import { settingsOf } from "../env.ts";
import type { Letter } from "./compose.ts";
import { invitationLetter } from "./invitation-letter.ts";

export type MailRow = typeof mails.$inferSelect;

/** Pages of the web application, by what their token is good for. */
const PAGES = {
  set_password: "set-password",
  reset_password: "reset-password",
  confirm_email: "confirm-email",
} as const;

/**
 * Looks up what a mail is to say, as things are now: since it was written, what it is about may have been undone.
 *
 * @param now milliseconds since 1970.
 * @returns `null` where there is nobody to send it to, or nothing to say any more.
 */
export async function letterOf(
  env: Env,
  db: DirectoryDb,
  mail: MailRow,
  now: number,
): Promise<Letter | null> {
  const { id, kind } = mail;
  if (kind === "invitation") return invitationLetter(env, db, mail.invitationId, now);
  const recipient = await recipientOf(db, kind, mail);
  if (!recipient) return null;
  const { locale } = recipient;
  // To an address that has not answered, nothing goes out that anybody wrote: it may be a stranger's.
  const name =
    recipient.emailConfirmedAt !== null && recipient.email === mail.email ? recipient.firstName : null;
  if (kind === "email_changed") return { kind, locale, name };
  if (kind === "reset_password" && !(await isNewestReset(db, id, recipient.id, now))) return null;
  const token = encodeURIComponent(linkToken(env, kind, id));
  const url = `${settingsOf(env).appUrl}/${PAGES[kind]}?token=${token}`;
  return { kind, locale, name, link: { url, left: (mail.linkExpiresAt ?? now) - now } };
}

/** Whose account a mail is about, where it may still be sent. */
async function recipientOf(
  db: DirectoryDb,
  kind: Exclude<MailRow["kind"], "invitation">,
  { email, userId }: MailRow,
) {
  // A link that opens an account goes to that account's own address, and a new address must be nobody's yet.
  const owner = await findUser(db, eq(users.email, email));
  if (kind === "reset_password") return unlessDisabled(owner);
  const user = userId === null ? undefined : await findUser(db, eq(users.id, userId));
  switch (kind) {
    case "set_password":
      return unlessDisabled(owner?.id === user?.id ? owner : undefined);
    case "confirm_email":
      return owner ? undefined : unlessDisabled(user);
    case "email_changed":
      return user;
  }
}

function findUser(db: DirectoryDb, condition: SQL) {
  const { id, status, locale, firstName, email, emailConfirmedAt } = users;
  return db
    .select({ id, status, locale, firstName, email, emailConfirmedAt })
    .from(users)
    .where(condition)
    .get();
}

function unlessDisabled<T extends { status: string }>(user: T | undefined): T | undefined {
  return user?.status === "disabled" ? undefined : user;
}

/** Ends all open reset links of a user but the newest one. @returns whether that is this mail's. */
async function isNewestReset(db: DirectoryDb, id: number, userId: number, now: number): Promise<boolean> {
  const ofUser = and(eq(mails.kind, "reset_password"), eq(mails.userId, userId));
  const newest = db
    .select({ id: sql`max(${mails.id})` })
    .from(mails)
    .where(ofUser);
  const [, , [own]] = await db.batch([
    db.update(mails).set({ userId }).where(eq(mails.id, id)),
    db
      .update(mails)
      .set({ linkEndedAt: now })
      .where(and(ofUser, isNull(mails.linkEndedAt), lt(mails.id, newest))),
    db.select({ endedAt: mails.linkEndedAt }).from(mails).where(eq(mails.id, id)),
  ]);
  return own?.endedAt === null;
}
