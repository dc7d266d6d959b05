import { and, sql } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { LeadRow } from "../queries.ts";
import { visibleAssignee, visibleLeads } from "../scope.ts";

/**
 * The leads that leads of one company are duplicates of and that the caller does not see: nothing is to name them.
 * One query, and none for an actor who sees all leads.
 */
export async function findHiddenCanonicalLeads(
  tenant: Tenant,
  actor: CompanyActor,
  rows: LeadRow[],
): Promise<Set<number>> {
  const unseen = new Set(rows.flatMap(({ duplicateOf }) => duplicateOf ?? []));
  const companyId = rows[0]?.companyId;
  if (unseen.size === 0 || companyId === undefined || visibleAssignee(actor, companyId) === null)
    return new Set();
  const ids = JSON.stringify([...unseen]);
  const seen = await tenant.db
    .select({ id: leads.id })
    .from(leads)
    .where(and(sql`${leads.id} IN (SELECT value FROM json_each(${ids}))`, visibleLeads(actor, companyId)));
  for (const { id } of seen) unseen.delete(id);
  return unseen;
}
