import { audit } from "../../audit/record.ts";
import { endOtherSessions } from "../../auth/sessions/sessions.ts";
import { countAgainst } from "../../http/rate-limits/rate-limit.ts";
import type { NewMail } from "../../mail/outbox.ts";
import type { Account } from "../queries.ts";
import type { Change } from "../update/change.ts";
import type { WriteContext } from "../write-context.ts";
import { confirmationsOf, revokeMailLinks } from "./revoke-mail-links.ts";
import { UNDO_MS } from "./undo-links.ts";

/** How long the link to confirm a new address counts. */
const CONFIRM_EMAIL_MS = 24 * 60 * 60 * 1000;

/**
 * Asks a user to confirm a new address, and tells the present one of it, with a link that undoes it; nothing changes
 * yet but that their other sessions end. Only the person who opens the link learns whether the new one has an account.
 *
 * @param session the family of the caller's own, which goes on.
 * @returns `null` where none is given.
 * @throws 429 where they ask too often: each time, a mail goes to an address that anyone may have typed.
 */
export async function requestEmailChange(
  { env, db, origin }: WriteContext,
  session: string,
  account: Account,
  email: string | undefined,
): Promise<Change | null> {
  if (email === undefined) return null;
  await countAgainst(env.RESET_LIMIT, `user/${account.id}`);
  const { id } = account;
  // An address that was never confirmed may be somebody else's, who is to get nobody's account.
  const notice: NewMail[] =
    account.emailConfirmedAt === null
      ? []
      : [{ kind: "email_changed", email: account.email, userId: id, linkExpiresAt: origin.now + UNDO_MS }];
  return {
    statements: [
      endOtherSessions(db, id, session, origin.now),
      revokeMailLinks(db, confirmationsOf(id), origin.now),
      audit(db, origin, { action: "user.email_change_requested", companyId: null, objectId: id }),
    ],
    mails: [
      { kind: "confirm_email", email, userId: id, linkExpiresAt: origin.now + CONFIRM_EMAIL_MS },
      ...notice,
    ],
  };
}
