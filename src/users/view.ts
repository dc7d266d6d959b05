import type * as z from "zod";
import { avatarRoute } from "../avatars/avatar-route.ts";
import { isoTime } from "../http/time.ts";
import type { CompanyUserRow } from "./list-users.ts";
import { fullName, type UserRow } from "./queries.ts";
import type { CompanyUser, User } from "./schemas.ts";

/**
 * A user as the API shows them.
 *
 * @param sees whether the caller sees a company: a user may belong to others too, which are none of theirs.
 */
export function viewUser(row: UserRow, sees: (companyId: number) => boolean): z.input<typeof User> {
  const { primaryAccessId, accessId, accessName } = row;
  const companyId = row.companyId && sees(row.companyId) ? row.companyId : null;
  return {
    id: row.id,
    first_name: row.firstName,
    last_name: row.lastName,
    email: row.email,
    status: statusSeen(row, sees),
    full_name: fullName(row),
    avatar_route: avatarRoute(row.avatarKey),
    primary_access:
      primaryAccessId && companyId && accessId && accessName
        ? { id: primaryAccessId, company_id: companyId, access_id: accessId, access_name: accessName }
        : null,
    primary_company: companyId
      ? { id: companyId, name: row.companyName ?? "", default: true, parent_company_id: row.parentCompanyId }
      : null,
    phone: row.phone,
    locale: row.locale,
    import_mails: row.importMails,
    email_confirmed_at: isoTime(row.emailConfirmedAt),
    onboarding_completed_at: isoTime(row.onboardingCompletedAt),
    terms_approved_at: isoTime(row.termsApprovedAt),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}

/** A user is disabled for who sees them nowhere but in companies where they are suspended. */
function statusSeen(
  { status, suspensions }: Pick<UserRow, "status" | "suspensions">,
  sees: (companyId: number) => boolean,
): UserRow["status"] {
  if (suspensions === null) return status;
  const all = JSON.parse(suspensions) as [companyId: number, suspended: 0 | 1][];
  const seen = all.filter(([companyId]) => sees(companyId));
  return seen.length > 0 && seen.every(([, suspended]) => suspended) ? "disabled" : status;
}

/** The same with the access that they have in one company, which the caller sees. */
export function viewCompanyUser(
  row: CompanyUserRow,
  sees: (companyId: number) => boolean,
): z.input<typeof CompanyUser> {
  return {
    ...viewUser(row, sees),
    user_access: {
      id: row.memberId,
      company_id: row.memberCompanyId,
      access_id: row.memberAccessId,
      access_name: row.memberAccessName,
      primary: row.memberPrimary,
    },
  };
}
