import type { Origin } from "../../audit/record.ts";
import type { UserActor } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit } from "../../db/directory/commit.ts";
import { refusal } from "../../errors.ts";
import type { InvitationRow } from "../queries.ts";
import { redeemStatements } from "./redeem.ts";

/**
 * Accepts an invitation: gives the actor its access, unless they have a stronger one already.
 *
 * @param invitation of which the actor holds the code, or which is for their address.
 * @returns it as it is then.
 * @throws 403 where it is for another e-mail address, and where the actor has not confirmed theirs; 409 where it is
 * not open (any more).
 */
export async function acceptInvitation(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  invitation: InvitationRow,
): Promise<InvitationRow> {
  requireInvited(actor, invitation);
  requireConfirmedEmail(actor);
  await commit(db, redeemStatements(db, origin, { invitationId: invitation.id, userId: actor.userId }));
  return { ...invitation, acceptedAt: origin.now };
}

/** @throws 403 where an invitation is for another e-mail address than the actor's. */
export function requireInvited(actor: UserActor, { email }: Pick<InvitationRow, "email">): void {
  if (email === actor.email) return;
  throw refusal("forbidden", "The invitation is for another e-mail address: sign in as the invited.");
}
