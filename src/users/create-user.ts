import { type SQL, sql } from "drizzle-orm";
import type * as z from "zod";
import { auditWhere } from "../audit/record.ts";
import type { UserActor } from "../auth/actor.ts";
import { hashPassword } from "../auth/passwords/passwords.ts";
import { requireConfirmedEmail } from "../auth/require-confirmed-email.ts";
import { refuseUnless } from "../db/directory/commit.ts";
import { companies, users } from "../db/directory/schema.ts";
import { fieldError } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { findOpenInvitation, redeemStatements } from "../invitations/redeem/redeem.ts";
import { isOpenInvitation } from "../invitations/status.ts";
import type { NewMail } from "../mail/outbox.ts";
import { refuseKnown } from "../passwords/refuse-known.ts";
import { claimStatements } from "./email/claim-account.ts";
import { confirmation } from "./email/request-confirmation.ts";
import { isFree } from "./email/undo-links.ts";
import { insertInitialAccesses, resolveInitialAccesses } from "./initial-accesses.ts";
import type { UserRow } from "./queries.ts";
import type { CreateUserBody } from "./requests.ts";
import { commitUser } from "./update/commit-user.ts";
import type { WriteContext } from "./write-context.ts";

/** How long the link to set a first password counts. */
const SET_PASSWORD_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Makes a user, with the accesses that an invitation offers and those that the caller may give: all of it, or none.
 *
 * An invitation's code was in the mailbox. So it also opens an account under the address that nobody has proved to be
 * theirs, no matter who made it: what was there to sign in with ends.
 *
 * @param actor `null` for people who sign up themselves.
 * @throws 403 for a caller whose own address is not confirmed; 403 and 404 for an access that
 * is not the caller's to give, 422 for an invitation that is not open for
 * this address (be it that another request was faster) and for an address that has an account.
 */
export async function createUser(
  context: WriteContext,
  actor: UserActor | null,
  body: z.output<typeof CreateUserBody>,
  creation: Creation,
): Promise<UserRow> {
  const { db, origin } = context;
  const { now } = origin;
  const { email, password, user_accesses_attributes: named = [] } = body;
  // An account that proved nothing makes none in the name of others, neither by a mail nor with a password it knows.
  if (actor) requireConfirmedEmail(actor);
  if (password !== undefined) {
    refuseKnown(password, { email, firstName: body.first_name, lastName: body.last_name });
  }
  const invitation =
    body.invitation_code === undefined ? null : await invitationFor(context, body.invitation_code, email);
  const primary =
    named.find((one) => one.primary)?.company_id ?? invitation?.companyId ?? named[0]?.company_id;
  const accesses = (await resolveInitialAccesses(db, actor, named, invitation)).sort(
    (a, b) => Number(b.companyId === primary) - Number(a.companyId === primary),
  );

  const userId = sql`(SELECT id FROM ${users} WHERE email = ${email})`;
  const claimed = {
    // The code was mailed to this very address.
    emailConfirmedAt: invitation ? now : null,
    firstName: body.first_name,
    lastName: body.last_name,
    phone: body.phone ?? null,
    locale: body.locale ?? localeOf(primary),
    status: password === undefined ? ("pending" as const) : ("active" as const),
    passwordHash: password === undefined ? null : await hashPassword(password),
    updatedAt: now,
  };
  const made = db.insert(users).values({ ...claimed, email, createdAt: now });
  const redeem = invitation ? redeemStatements(db, origin, { invitationId: invitation.id, userId }) : [];
  const accessStatements = insertInitialAccesses(db, origin, userId, accesses);
  return commitUser(
    context,
    {
      statements: [
        // Before the address: a request that redeemed the same invitation has taken that as well.
        ...(invitation ? [refuseUnless(db, isOpenInvitation(invitation.id, now), "invitation_ended")] : []),
        refuseUnless(db, isFree(email, null, now), "email_taken"),
        ...(invitation ? claimStatements(db, origin, invitation) : []),
        invitation ? made.onConflictDoUpdate({ target: users.email, set: claimed }) : made,
        auditWhere(
          db,
          origin,
          {
            action: "user.created",
            companyId: actor?.operator ? null : (accesses[0]?.companyId ?? null),
            objectId: userId,
          },
          sql`(SELECT created_at FROM ${users} WHERE email = ${email}) = ${now}`,
        ),
        ...creation.record(db, userId),
        // The first access becomes the primary one.
        ...(primary === invitation?.companyId
          ? [...redeem, ...accessStatements]
          : [...accessStatements, ...redeem]),
      ],
      mails: mailsTo(
        { email, userId, hasPassword: password !== undefined, isProved: invitation !== null },
        now,
      ),
      user: sql`${users.email} = ${email}`,
    },
    {
      invitation_ended: invalidInvitation,
      email_taken: taken,
      "users.email": taken,
    },
  );
}

/** What a new user is mailed: the link to set a password opens their mailbox, else one to confirm it does. */
function mailsTo({ email, userId, hasPassword, isProved }: NewUser, now: number): NewMail[] {
  if (!hasPassword) return [{ kind: "set_password", email, userId, linkExpiresAt: now + SET_PASSWORD_MS }];
  return isProved ? [] : [confirmation(email, userId, now)];
}

interface NewUser {
  email: string;
  /** An expression for their id. */
  userId: SQL;
  hasPassword: boolean;
  /** Whether the address is proved to be theirs. */
  isProved: boolean;
}

function taken() {
  const detail = "has an account already: sign in, or reset its password";
  return fieldError("email_taken", "email", "email_taken", detail);
}

async function invitationFor({ env, db, origin }: WriteContext, code: string, email: string) {
  const openInvitation = await findOpenInvitation(env, db, code, origin.now);
  if (openInvitation?.email !== email) throw invalidInvitation();
  return openInvitation;
}

/** The same whatever is wrong with it: a code says nothing to those whom it is not for. */
function invalidInvitation() {
  const detail = "is not an open invitation for this e-mail address: ask for a new one";
  return fieldError("invalid_invitation", "invitation_code", "invalid_invitation", detail);
}

/** The language of a user who names none: that of the company they belong to. */
function localeOf(companyId: number | undefined) {
  if (companyId === undefined) return "en";
  return sql`(SELECT default_locale FROM ${companies} WHERE id = ${companyId})`;
}
