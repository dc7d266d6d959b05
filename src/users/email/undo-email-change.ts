import { sql } from "drizzle-orm";
import { audit } from "../../audit/record.ts";
import { endSessionsOf } from "../../auth/sessions/sessions.ts";
import { readLinkToken } from "../../auth/tokens/link-tokens.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { RESET_LINK_MS } from "../../passwords/request-reset.ts";
import { commitUser } from "../update/commit-user.ts";
import type { WriteContext } from "../write-context.ts";
import { addressTaken, mailOfLink } from "./mail-of-link.ts";
import { invalidToken } from "./open-link.ts";
import { revokeMailLinks } from "./revoke-mail-links.ts";

/**
 * Gives an account its old address back, or keeps a change from happening. The person who asked for the change may know the
 * password and be signed in: the password stops counting, all sessions end, and a link to set a new one is mailed to
 * the old address.
 *
 * @param token of the mail that went to the old address.
 * @throws 422 for a token that does not count (any more).
 */
export async function undoEmailChange(context: WriteContext, token: string): Promise<void> {
  const { env, db, origin } = context;
  const mailId = readLinkToken(env, "email_changed", token);
  if (mailId === null) throw invalidToken();
  const { now } = origin;
  const { email, userId, user } = mailOfLink(mailId);
  const counts = sql`EXISTS (
    SELECT 1 FROM ${mails} WHERE id = ${mailId} AND kind = 'email_changed' AND link_ended_at IS NULL
      AND link_expires_at > ${now})`;
  // Links that undo earlier changes stay: they went to the addresses before.
  const links = sql`${mails.userId} = ${userId} AND (${mails.kind} <> 'email_changed' OR ${mails.id} >= ${mailId})`;
  await commitUser(
    context,
    {
      statements: [
        refuseUnless(db, counts, "invalid_token"),
        db
          .update(users)
          .set({ email, emailConfirmedAt: now, passwordHash: null, updatedAt: now })
          .where(user),
        ...endSessionsOf(db, userId, now),
        revokeMailLinks(db, links, now),
        audit(db, origin, {
          action: "user.email_change_undone",
          companyId: null,
          actorId: userId,
          objectId: userId,
        }),
      ],
      mails: [{ kind: "reset_password", email, userId: null, linkExpiresAt: now + RESET_LINK_MS }],
      user,
    },
    {
      invalid_token: invalidToken,
      "users.email": addressTaken,
    },
  );
}
