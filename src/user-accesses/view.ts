import type * as z from "zod";
import type { InvitationRow } from "../invitations/queries.ts";
import type { UserAccessRow } from "./queries.ts";
import type { UserAccess } from "./schemas.ts";

/** A user's access as the API shows it. */
export function viewUserAccess(row: UserAccessRow): z.input<typeof UserAccess> {
  return {
    id: row.id,
    user_id: row.userId,
    company_id: row.companyId,
    company_name: row.companyName,
    access_id: row.accessId,
    access_name: row.accessName,
    primary: row.primary,
    status: row.suspendedAt === null ? "active" : "suspended",
    invitation_id: null,
  };
}

/** The same, or the invitation to an access that the user has not accepted yet. */
export function viewAccessOrOffer(
  row: UserAccessRow | InvitationRow,
  userId: number,
): z.input<typeof UserAccess> {
  if ("userId" in row) return viewUserAccess(row);
  return {
    id: null,
    user_id: userId,
    company_id: row.companyId,
    company_name: row.companyName,
    access_id: row.accessId,
    access_name: row.accessName,
    primary: false,
    status: "pending",
    invitation_id: row.id,
  };
}
