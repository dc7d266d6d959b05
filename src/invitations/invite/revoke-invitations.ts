import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { auditEach, type Origin } from "../../audit/record.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { Statement } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import { hasRightToGrant } from "../../user-accesses/grant/right-to-grant.ts";
import { revokeInvitationLinks } from "../redeem/revoke-invitation-links.ts";

/**
 * Whether the inviter of an invitation may still grant what it offers, as a condition on rows of `invitations`: an
 * invitation lives only as long as the right to give it.
 */
export function inviterMayStillInvite(): SQL {
  return hasRightToGrant(invitations.invitedBy, invitations);
}

/**
 * Statements that end the open invitations of somebody who may not grant them any more. They belong into the batch
 * that takes the right away, after the statement that does.
 */
export function revokeInvitationsOf(db: DirectoryDb, origin: Origin, inviterId: number): Statement[] {
  return revokeInvitations(
    db,
    origin,
    sql`${eq(invitations.invitedBy, inviterId)} AND NOT ${inviterMayStillInvite()}`,
    {
      reason: "inviter_lost_access",
    },
  );
}

/**
 * Statements that end those open invitations that a condition finds.
 *
 * @param details for the trail.
 */
export function revokeInvitations(
  db: DirectoryDb,
  origin: Origin,
  condition: SQL,
  details: { reason: string },
): Statement[] {
  const { acceptedAt, revokedAt, id, companyId } = invitations;
  const ended = and(condition, isNull(acceptedAt), isNull(revokedAt)) ?? condition;
  return [
    auditEach(
      db,
      origin,
      {
        action: "invitation.removed",
        companyId: sql`${companyId}`,
        objectId: sql`${id}`,
        details: sql`${JSON.stringify(details)}`,
      },
      sql`FROM ${invitations} WHERE ${ended}`,
    ),
    revokeInvitationLinks(db, sql`SELECT ${id} FROM ${invitations} WHERE ${ended}`, origin.now),
    db.update(invitations).set({ revokedAt: origin.now }).where(ended),
  ];
}
