import type * as z from "zod";
import type { UserActor } from "../auth/actor.ts";
import { isoTime } from "../http/time.ts";
import { fullName } from "../users/queries.ts";
import type { InvitationRow } from "./queries.ts";
import type { Invitation } from "./schemas.ts";
import { statusOf } from "./status.ts";

/**
 * An invitation as the API shows it. Its code is never in it: that goes by mail alone.
 *
 * @param actor who looks; `null` for the holder of the code. Only members of the company see who invited.
 * @param now milliseconds since 1970.
 */
export function viewInvitation(
  row: InvitationRow,
  actor: UserActor | null,
  now: number,
): z.input<typeof Invitation> {
  return viewInvitationAs(row, actor !== null && (actor.operator || actor.grants.has(row.companyId)), now);
}

/** The same where it is known whether the person who looks is a member of the company. */
export function viewInvitationAs(
  row: InvitationRow,
  inside: boolean,
  now: number,
): z.input<typeof Invitation> {
  const inviter = { firstName: row.inviterFirstName, lastName: row.inviterLastName };
  return {
    id: row.id,
    email: row.email,
    company: { id: row.companyId, name: row.companyName },
    access_id: row.accessId,
    access_name: row.accessName,
    first_name: row.firstName,
    last_name: row.lastName,
    status: statusOf(row, now),
    invited_by: inside ? { id: row.inviterId, full_name: fullName(inviter) } : null,
    created_at: isoTime(row.createdAt),
    expires_at: isoTime(row.expiresAt),
    accepted_at: isoTime(row.acceptedAt),
  };
}
