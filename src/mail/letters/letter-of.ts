import { and, count, eq, gt, isNull, ne, type SQL, sql } from "drizzle-orm";
import { linkToken } from "../../auth/tokens/link-tokens.ts";
import type { Databases, DirectoryDb } from "../../db/clients.ts";
import { mails, sessions, users } from "../../db/directory/schema.ts";
import { settingsOf } from "../../env.ts";
import type { Letter } from "../compose.ts";
import type { MailRow } from "../outbox.ts";
import { importLetter } from "./import-letter.ts";
import { invitationLetter } from "./invitation-letter.ts";
import { webhookLetter } from "./webhook-letter.ts";

/** Pages of the web application, by what their token is good for. */
const PAGES = {
  set_password: "set-password",
  reset_password: "reset-password",
  confirm_email: "confirm-email",
  email_changed: "undo-email-change",
} as const;

/** So many links to reset a password are open in a mailbox at most; each of them serves. */
const OPEN_RESETS = 5;
/** A link with less time left is none to rely on. */
const NEARLY_OVER_MS = 3 * 60_000;

/**
 * Looks up what a mail is to say, as things are now: since it was written, what it is about may have been undone.
 *
 * @param now milliseconds since 1970.
 * @returns `null` where there is nobody to send it to, or nothing to say any more.
 */
export async function letterOf(
  env: Env,
  databases: Databases,
  mail: MailRow,
  now: number,
): Promise<Letter | null> {
  const { id, kind } = mail;
  const db = databases.directory;
  if (kind === "invitation") return invitationLetter(env, db, mail.invitationId, now);
  if (kind === "import_ended") return importLetter(env, databases, mail);
  if (kind === "webhook_off") return webhookLetter(databases, mail);
  const recipient = await recipientOf(db, kind, mail);
  if (!recipient) return null;
  const { locale } = recipient;
  // To an address that has not answered, nothing goes out that anybody wrote: it may be a stranger's.
  const name =
    recipient.emailConfirmedAt !== null && recipient.email === mail.email ? recipient.firstName : null;
  if (kind === "new_device") return { kind, locale, name, at: mail.createdAt, ip: await addressOf(db, mail) };
  if (kind === "reset_password" && !(await openReset(db, mail, recipient.id, now))) return null;
  const token = encodeURIComponent(linkToken(env, kind, id));
  const url = `${settingsOf(env).appUrl}/${PAGES[kind]}?token=${token}`;
  const link = { url, left: (mail.linkExpiresAt ?? now) - now };
  const isSignUp = kind === "confirm_email" && recipient.email === mail.email;
  return { kind: isSignUp ? "confirm_sign_up" : kind, locale, name, link };
}

/** Whose account a mail is about, where it may still be sent. */
async function recipientOf(
  db: DirectoryDb,
  kind: Exclude<MailRow["kind"], "invitation" | "import_ended" | "webhook_off">,
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
      return owner && owner.id !== user?.id ? undefined : unlessDisabled(user);
    case "new_device":
    case "email_changed":
      return user;
  }
}

function findUser(db: DirectoryDb, condition: SQL) {
  const { id, email, emailConfirmedAt, status, locale, firstName } = users;
  return db
    .select({ id, email, emailConfirmedAt, status, locale, firstName })
    .from(users)
    .where(condition)
    .get();
}

function unlessDisabled<T extends { status: string }>(user: T | undefined): T | undefined {
  return user?.status === "disabled" ? undefined : user;
}

/** Where the sign-in came from that a mail tells of. */
async function addressOf(db: DirectoryDb, { userId, createdAt }: MailRow): Promise<string | null> {
  const session = await db
    .select({ ip: sessions.ip })
    .from(sessions)
    .where(and(eq(sessions.userId, userId ?? 0), eq(sessions.signedInAt, createdAt)))
    .get();
  return session?.ip ?? null;
}

/**
 * Makes a reset's link one of its user's. Those before it stay good, so that a stranger who asks for one ends none;
 * and since each serves, a mailbox gets no more than a few at a time: a few that anybody may have asked for, and a few
 * that were asked for from where the account is used.
 *
 * @returns whether it is to be sent.
 */
async function openReset(
  db: DirectoryDb,
  { id, asked }: MailRow,
  userId: number,
  now: number,
): Promise<boolean> {
  const others = db
    .select({ open: count() })
    .from(mails)
    .where(
      and(
        eq(mails.kind, "reset_password"),
        eq(mails.userId, userId),
        eq(mails.asked, asked),
        ne(mails.id, id),
        isNull(mails.linkEndedAt),
        gt(mails.linkExpiresAt, now + NEARLY_OVER_MS),
      ),
    );
  const [[counted]] = await db.batch([
    others,
    db
      .update(mails)
      .set({ userId })
      .where(and(eq(mails.id, id), sql`(${others}) < ${OPEN_RESETS}`)),
  ]);
  return (counted?.open ?? 0) < OPEN_RESETS;
}
