import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../errors.ts";
import type { LeadLimit } from "../../memberships/lead-limit.ts";

/**
 * Whether the companies that share a membership have all the leads that it allows, at that point of the
 * transaction: of two who want the last place at once, one gets it.
 *
 * @param limit `null` for none.
 */
export function isQuotaReached(limit: LeadLimit | null): SQL {
  return limit ? sql`${leadsOf(limit)} >= ${limit.most}` : sql`0`;
}

/** Whether they have more than it allows, for what is taken back then. */
export function isQuotaExceeded(limit: LeadLimit | null): SQL {
  // Not just 0, of which SQLite makes a plan without any index.
  return limit ? sql`${leadsOf(limit)} > ${limit.most}` : sql`1 > 1`;
}

function leadsOf({ companyIds }: LeadLimit): SQL {
  return sql`(
    SELECT coalesce(sum(leads), 0) FROM lead_counts
    WHERE company_id IN (SELECT value FROM json_each(${JSON.stringify(companyIds)})))`;
}

/** The answer to a lead beyond the limit. */
export function leadQuotaExceeded({ most }: LeadLimit): AppError {
  const detail = `leads: all ${most} of the membership are used. Delete leads, or take a larger membership.`;
  return new AppError("membership_limit", detail);
}
