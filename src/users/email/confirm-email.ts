import { sql } from "drizzle-orm";
import { auditWhere } from "../../audit/record.ts";
import { readLinkToken } from "../../auth/tokens/link-tokens.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { fieldError } from "../../errors.ts";
import type { UserRow } from "../queries.ts";
import { commitUser } from "../update/commit-user.ts";
import type { WriteContext } from "../write-context.ts";
import { addressTaken, mailOfLink } from "./mail-of-link.ts";
import { confirmationsOf, revokeMailLinks } from "./revoke-mail-links.ts";
import { extendUndo, isFree } from "./undo-links.ts";

/**
 * Makes the address that a confirmation went to the one of the user's account, or notes that it really is.
 *
 * @param token as the link in the mail carries it.
 * @throws 422 for a token that does not count (any more), and where the address has an account by now.
 */
export async function confirmEmail(context: WriteContext, token: string): Promise<UserRow> {
  const { env, db, origin } = context;
  const mailId = readLinkToken(env, "confirm_email", token);
  if (mailId === null) throw invalidToken();
  const { now } = origin;
  const { email, userId, user } = mailOfLink(mailId);
  const counts = sql`EXISTS (
    SELECT 1 FROM ${mails} m JOIN ${users} u ON u.id = m.user_id
    WHERE m.id = ${mailId} AND m.kind = 'confirm_email' AND m.link_ended_at IS NULL
      AND m.link_expires_at > ${now} AND u.status = 'active')`;
  const event = { companyId: null, actorId: userId, objectId: userId } as const;
  const isSame = sql`(SELECT email FROM ${users} WHERE id = ${userId}) = ${email}`;
  return commitUser(
    context,
    {
      statements: [
        refuseUnless(db, counts, "invalid_token"),
        refuseUnless(db, isFree(email, userId, now), "email_taken"),
        auditWhere(db, origin, { ...event, action: "user.email_confirmed" }, isSame),
        auditWhere(db, origin, { ...event, action: "user.email_changed" }, sql`NOT (${isSame})`),
        extendUndo(db, userId, now),
        db.update(users).set({ email, emailConfirmedAt: now, updatedAt: now }).where(user),
        revokeMailLinks(db, confirmationsOf(userId), now),
      ],
      mails: [],
      user,
    },
    {
      invalid_token: invalidToken,
      email_taken: addressTaken,
      "users.email": addressTaken,
    },
  );
}

/** The refusal of a link that does not count (any more). */
export function invalidToken() {
  const detail = "was used or replaced, or it has expired: ask for a new mail";
  return fieldError("invalid_token", "token", "invalid_token", detail);
}
