import { eq, sql } from "drizzle-orm";
import { audit, auditWhere, type Origin } from "../../audit/record.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { Statement } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import { writeMail } from "../../mail/outbox.ts";
import { type InvitationRow, readInvitation } from "../queries.ts";
import { revokeInvitationLinks } from "../redeem/revoke-invitation-links.ts";
import { isOpenInvitation } from "../status.ts";
import { refuseTooMany } from "./limits.ts";

/** An access that is to be offered to an e-mail address, trimmed and lower-cased. */
export interface Offer {
  email: string;
  companyId: number;
  accessId: number;
  firstName: string | null;
  lastName: string | null;
}

/** How long an invitation is open. */
export const OPEN_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Statements that invite an e-mail address into a company and write the mail with the code. An older invitation
 * that is open ends with it. What they give is read by {@link createdInvitation}.
 *
 * They throw 429 `too_many_requests` where there are too many already.
 */
export function inviteStatements(
  db: DirectoryDb,
  origin: Origin,
  inviterId: number,
  offer: Offer,
): Statement[] {
  const { email, companyId, accessId } = offer;
  const { now } = origin;
  const expiresAt = now + OPEN_MS;
  const standing = standingInvitation(offer);
  return [
    refuseTooMany(db, origin, inviterId, offer),
    auditWhere(
      db,
      origin,
      { action: "invitation.removed", companyId, objectId: standing, details: { reason: "replaced" } },
      isOpenInvitation(standing, now),
    ),
    revokeInvitationLinks(db, standing, now),
    db.update(invitations).set({ revokedAt: now }).where(eq(invitations.id, standing)),
    db.insert(invitations).values({ ...offer, invitedBy: inviterId, createdAt: now, expiresAt }),
    audit(db, origin, {
      action: "invitation.created",
      companyId,
      objectId: standing,
      details: { access_id: accessId },
    }),
    writeMail(db, { kind: "invitation", email, invitationId: standing, linkExpiresAt: expiresAt }, now),
    readInvitation(db, standing),
  ];
}

/** The id of the invitation that stands: an older one up to the insert, the new one after it. */
export function standingInvitation({ companyId, email }: Pick<Offer, "companyId" | "email">) {
  return sql`(SELECT id FROM ${invitations}
    WHERE company_id = ${companyId} AND email = ${email} AND accepted_at IS NULL AND revoked_at IS NULL)`;
}

/**
 * What {@link inviteStatements} made.
 *
 * @param results those of its statements.
 * @returns the invitation, and its mail that is to be delivered.
 */
export function createdInvitation(results: unknown[]): { invitation: InvitationRow; mailId: number } {
  const [[mail], [invitation]] = results.slice(-2) as [{ id: number }[], InvitationRow[]];
  if (!invitation || !mail) throw new Error("the invitation or its mail was not written");
  return { invitation, mailId: mail.id };
}
