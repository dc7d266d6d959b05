import { and, eq, type SQL, sql } from "drizzle-orm";
import { audit, auditWhere, type Origin } from "../../audit/record.ts";
import { readLinkToken } from "../../auth/tokens/link-tokens.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { refuseUnless, type Statement } from "../../db/directory/commit.ts";
import { invitations, userAccesses, users } from "../../db/directory/schema.ts";
import { newAccessId } from "../../user-accesses/statements.ts";
import { inviterMayStillInvite } from "../invite/revoke-invitations.ts";
import { hasStatus } from "../status.ts";
import { revokeInvitationLinks } from "./revoke-invitation-links.ts";

/** What an open invitation offers, and to whom. */
export interface OpenInvitation {
  id: number;
  companyId: number;
  accessId: number;
  /** Trimmed and lower-cased. */
  email: string;
}

/**
 * The invitation that a code is for.
 *
 * @param code as its mail carries it.
 * @param now milliseconds since 1970.
 * @returns `null` for a code that is not ours, and where the invitation was accepted, taken back or replaced, or
 * has expired, or its inviter may not give it any more.
 */
export async function findOpenInvitation(
  env: Env,
  db: DirectoryDb,
  code: string,
  now: number,
): Promise<OpenInvitation | null> {
  const id = readLinkToken(env, "invitation", code);
  if (id === null) return null;
  const { companyId, accessId, email } = invitations;
  const offer = await db
    .select({ id: invitations.id, companyId, accessId, email })
    .from(invitations)
    .where(and(eq(invitations.id, id), hasStatus("pending", now), inviterMayStillInvite()))
    .get();
  return offer ?? null;
}

/**
 * Statements that redeem an invitation for a user, to be committed with whatever else that takes. Where it is not
 * open at that point of the transaction, its inviter may not give it any more, or it is for another e-mail than the
 * user's, nothing of it happens: the commit throws 409 `invitation_ended`. An access that the user has in the company already never gets weaker.
 *
 * @param userId an expression where the user is made in the same transaction.
 */
export function redeemStatements(
  db: DirectoryDb,
  origin: Origin,
  { invitationId, userId }: { invitationId: number; userId: number | SQL },
): [Statement, ...Statement[]] {
  const { now } = origin;
  const user = sql`(${userId})`;
  const ofInvitation = (column: string) =>
    sql`(SELECT ${sql.identifier(column)} FROM ${invitations} WHERE id = ${invitationId})`;
  const open = sql`EXISTS (
    SELECT 1 FROM ${invitations} WHERE ${invitations.id} = ${invitationId} AND ${hasStatus("pending", now)}
    AND ${inviterMayStillInvite()} AND ${invitations.email} = (SELECT email FROM ${users} WHERE id = ${user}))`;
  const held = sql`FROM ${userAccesses} WHERE user_id = ${user} AND company_id = ${ofInvitation("company_id")}`;
  const event = {
    companyId: ofInvitation("company_id"),
    details: { invitation_id: invitationId },
    // A person who signs up with a code is not signed in yet: the new user accepts.
    ...(origin.actor === null && { actorId: user }),
  };
  return [
    refuseUnless(db, open, "invitation_ended"),
    // Before the access itself: afterwards nothing tells a new one from one that was there.
    auditWhere(
      db,
      origin,
      { ...event, action: "user_access.granted", objectId: newAccessId() },
      sql`NOT EXISTS (SELECT 1 ${held})`,
    ),
    auditWhere(
      db,
      origin,
      { ...event, action: "user_access.changed", objectId: sql`(SELECT id ${held})` },
      sql`(SELECT access_id ${held}) > ${ofInvitation("access_id")}`,
    ),
    db
      .insert(userAccesses)
      .select(
        // Without a WHERE, SQLite takes the ON of ON CONFLICT for that of a join.
        sql`SELECT NULL, ${user}, company_id, access_id, 0, ${now}, NULL FROM ${invitations} WHERE id = ${invitationId}`,
      )
      .onConflictDoUpdate({
        target: [userAccesses.userId, userAccesses.companyId],
        set: { accessId: sql`min(${userAccesses.accessId}, excluded.access_id)` },
      }),
    db.update(invitations).set({ acceptedAt: now, acceptedBy: user }).where(eq(invitations.id, invitationId)),
    revokeInvitationLinks(db, invitationId, now),
    audit(db, origin, { ...event, action: "invitation.accepted", objectId: invitationId, details: {} }),
  ];
}
