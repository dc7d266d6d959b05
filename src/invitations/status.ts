import { type SQL, sql } from "drizzle-orm";
import { invitations } from "../db/directory/schema.ts";

/** What has become of an invitation. One that had expired when a newer one took its place stays expired. */
export const STATUSES = ["pending", "accepted", "declined", "expired", "revoked"] as const;
export type InvitationStatus = (typeof STATUSES)[number];

/** What tells the status of an invitation; times are milliseconds since 1970. */
interface Dates {
  expiresAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
  declinedAt: number | null;
}

/** The status of an invitation. @param now milliseconds since 1970. */
export function statusOf(
  { expiresAt, acceptedAt, revokedAt, declinedAt }: Dates,
  now: number,
): InvitationStatus {
  if (acceptedAt !== null) return "accepted";
  if (declinedAt !== null) return "declined";
  if (revokedAt !== null) return revokedAt < expiresAt ? "revoked" : "expired";
  return now < expiresAt ? "pending" : "expired";
}

/** The same as a condition on rows of `invitations`. @param now milliseconds since 1970. */
export function hasStatus(status: InvitationStatus, now: number): SQL {
  const { expiresAt, acceptedAt, revokedAt, declinedAt } = invitations;
  return {
    accepted: sql`${acceptedAt} IS NOT NULL`,
    declined: sql`${declinedAt} IS NOT NULL`,
    revoked: sql`(${acceptedAt} IS NULL AND ${declinedAt} IS NULL AND ${revokedAt} < ${expiresAt})`,
    pending: sql`(${acceptedAt} IS NULL AND ${revokedAt} IS NULL AND ${now} < ${expiresAt})`,
    expired: sql`(${acceptedAt} IS NULL AND coalesce(${revokedAt}, ${now}) >= ${expiresAt})`,
  }[status];
}

/**
 * Whether an invitation is open, as a condition that stands by itself.
 *
 * @param id of the invitation, or an expression for it.
 * @param now milliseconds since 1970.
 */
export function isOpenInvitation(id: number | SQL, now: number): SQL {
  return sql`EXISTS (SELECT 1 FROM ${invitations} WHERE id = ${id} AND ${hasStatus("pending", now)})`;
}
