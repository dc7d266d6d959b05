import type * as z from "zod";
import { avatarRoute } from "../avatars/avatar-route.ts";
import { isoTime } from "../http/time.ts";
import type { CompanyRow } from "./queries.ts";
import type { Company } from "./schemas.ts";

/** A cycle in which a company is. */
interface CurrentCycle {
  id: number;
  name: string;
  startsAt: number;
  endsAt: number;
}

/** A company as the API shows it. @param cycle the one that it is in, if any. */
export function viewCompany(row: CompanyRow, cycle?: CurrentCycle): z.input<typeof Company> {
  return {
    id: row.id,
    name: row.name,
    parent_company_id: row.parentCompanyId,
    avatar_route: avatarRoute(row.avatarKey),
    timezone: row.timezone,
    country: row.country,
    default_locale: row.defaultLocale,
    cycles_enabled: row.cyclesEnabled,
    current_cycle: cycle
      ? {
          id: cycle.id,
          name: cycle.name,
          starts_at: isoTime(cycle.startsAt),
          ends_at: isoTime(cycle.endsAt),
        }
      : null,
    membership: viewMembership(row),
    without_owner_since: isoTime(row.withoutOwnerSince),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}

function viewMembership(row: CompanyRow): z.input<typeof Company>["membership"] {
  const { membershipId: id, membershipName: name, membershipStatus: status, membershipPeriodEnd: end } = row;
  if (!id || !name || !end || (status !== "active" && status !== "canceling")) return null;
  return { id, name, status, current_period_end: isoTime(end) };
}
