import { audit } from "../../audit/record.ts";
import { hashPassword } from "../../auth/passwords/passwords.ts";
import { endOtherSessions } from "../../auth/sessions/sessions.ts";
import { refuseKnown } from "../../passwords/refuse-known.ts";
import { confirmationsOf, revokeMailLinks } from "../email/revoke-mail-links.ts";
import type { Account } from "../queries.ts";
import type { WriteContext } from "../write-context.ts";
import type { Change } from "./change.ts";

/**
 * Changes a user's password for themselves. All their sessions but the caller's end, and so do the links to confirm a
 * new address: someone else with the old password may have asked for them. No device is known any more, the caller's
 * neither until its next sign-in; the caller's network still is.
 *
 * @param session the family of the caller's own, which goes on.
 * @returns `null` where no new one is given.
 * @throws 422 for one that contains what others know of the user.
 */
export async function changePassword(
  { db, origin }: WriteContext,
  session: string,
  account: Account,
  password: string | undefined,
): Promise<Change | null> {
  if (password === undefined) return null;
  refuseKnown(password, account);
  const { id } = account;
  return {
    columns: { passwordHash: await hashPassword(password), securedAt: origin.now },
    statements: [
      endOtherSessions(db, id, session, origin.now),
      revokeMailLinks(db, confirmationsOf(id), origin.now),
      audit(db, origin, { action: "user.password_changed", companyId: null, objectId: id }),
    ],
  };
}
