import { sql } from "drizzle-orm";
import { readLinkToken } from "../../auth/link-tokens.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import type { AppContext } from "../../http/context.ts";
import { fieldError } from "../../http/errors.ts";
import { audit, originOf } from "../audit/record.ts";
import { commitUser } from "./commit-user.ts";
import { confirmationsOf, endLinks } from "./end-links.ts";
import type { UserRow } from "./queries.ts";

/**
 * Makes the address that a confirmation went to the one of the user's account.
 *
 * @param token as the link in the mail carries it.
 * @throws 422 for a token that does not count (any more), and where the address has an account by now.
 */
export async function confirmEmail(c: AppContext, token: string): Promise<UserRow> {
  const mailId = readLinkToken(c.env, "confirm_email", token);
  if (mailId === null) throw invalidToken();
  const db = c.get("databases").directory;
  const now = c.get("now");
  const email = sql`(SELECT email FROM ${mails} WHERE id = ${mailId})`;
  const userId = sql`(SELECT user_id FROM ${mails} WHERE id = ${mailId})`;
  const user = sql`${users.id} = ${userId}`;
  const counts = sql`EXISTS (
    SELECT 1 FROM ${mails} m JOIN ${users} u ON u.id = m.user_id
    WHERE m.id = ${mailId} AND m.kind = 'confirm_email' AND m.link_ended_at IS NULL
      AND m.link_expires_at > ${now} AND u.status = 'active')`;
  return commitUser(
    c,
    {
      statements: [
        refuseUnless(db, counts, "invalid_token"),
        db.update(users).set({ email, emailConfirmedAt: now, updatedAt: now }).where(user),
        endLinks(db, confirmationsOf(userId), now),
        audit(db, originOf(c, null), {
          action: "user.email_changed",
          companyId: null,
          actorId: userId,
          objectId: userId,
        }),
      ],
      mails: [],
      user,
    },
    {
      invalid_token: invalidToken,
      "users.email": () =>
        fieldError(
          "email_taken",
          "token",
          "email_taken",
          "is for an address that has another account by now",
        ),
    },
  );
}

function invalidToken() {
  const detail = "was used or replaced, or it has expired: ask for a new mail";
  return fieldError("invalid_token", "token", "invalid_token", detail);
}
