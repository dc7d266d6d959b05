import { eq } from "drizzle-orm";
import { audit, type Origin } from "../../audit/record.ts";
import type { UserActor } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, refuseUnless } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import type { InvitationRow } from "../queries.ts";
import { isOpenInvitation } from "../status.ts";
import { requireInvited } from "./accept-invitation.ts";
import { revokeInvitationLinks } from "./revoke-invitation-links.ts";

/**
 * Declines an invitation: its link ends, and the company sees that it was declined, but nothing of where from.
 *
 * @param invitation of which the actor holds the code, or which is for their address.
 * @returns it as it is then.
 * @throws 403 where it is for another e-mail address, and where the actor has not confirmed theirs; 409 where it is
 * not open (any more).
 */
export async function declineInvitation(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  invitation: InvitationRow,
): Promise<InvitationRow> {
  requireInvited(actor, invitation);
  requireConfirmedEmail(actor);
  const { id, companyId } = invitation;
  const { now } = origin;
  await commit(db, [
    refuseUnless(db, isOpenInvitation(id, now), "invitation_ended"),
    db.update(invitations).set({ revokedAt: now, declinedAt: now }).where(eq(invitations.id, id)),
    revokeInvitationLinks(db, id, now),
    // They have not become one of the company: it learns neither who they are nor where.
    audit(
      db,
      { ...origin, actor: null, ip: null, userAgent: null },
      { action: "invitation.declined", companyId, objectId: id },
    ),
  ]);
  return { ...invitation, revokedAt: now, declinedAt: now };
}
