import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { CompanyMembershipRow, MembershipRow } from "./queries.ts";
import type { CompanyMembership, Membership } from "./schemas.ts";

/** A membership of the catalogue as the API shows it. */
export function viewMembership(row: MembershipRow): z.input<typeof Membership> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price_cents: row.priceCents,
    currency: row.currency,
    interval: row.interval,
    limits: { users: row.maxUsers, leads: row.maxLeads, imports_per_month: row.maxImportsPerMonth },
    active: row.active,
  };
}

/** The membership of a company as the API shows it. */
export function viewCompanyMembership({
  attached,
  membership,
}: CompanyMembershipRow): z.input<typeof CompanyMembership> {
  return {
    id: attached.id,
    company_id: attached.companyId,
    membership: viewMembership(membership),
    status: attached.status,
    started_at: isoTime(attached.startedAt),
    current_period_end: isoTime(attached.currentPeriodEnd),
    canceled_at: isoTime(attached.canceledAt),
  };
}
