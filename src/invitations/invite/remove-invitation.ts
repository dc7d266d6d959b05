import { eq } from "drizzle-orm";
import { audit, type Origin } from "../../audit/record.ts";
import { mayGrant, type UserActor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, refuseUnless } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import { refusal } from "../../errors.ts";
import type { InvitationRow } from "../queries.ts";
import { revokeInvitationLinks } from "../redeem/revoke-invitation-links.ts";
import { isOpenInvitation } from "../status.ts";

/**
 * Takes an open invitation back.
 *
 * @throws 403 where the actor may not grant its access, 409 where it is not open (any more).
 */
export async function removeInvitation(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  { id, companyId, accessId }: InvitationRow,
): Promise<void> {
  if (!mayGrant(actor, { companyId, accessId })) {
    throw refusal("forbidden", "Only people who may grant its access can withdraw an invitation.");
  }
  const { now } = origin;
  await commit(db, [
    refuseUnless(db, isOpenInvitation(id, now), "invitation_ended"),
    db.update(invitations).set({ revokedAt: now }).where(eq(invitations.id, id)),
    revokeInvitationLinks(db, id, now),
    audit(db, origin, { action: "invitation.removed", companyId, objectId: id }),
  ]);
}
