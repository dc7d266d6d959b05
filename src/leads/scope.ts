import { type SQL, sql } from "drizzle-orm";
import { authorIdOf, type CompanyActor } from "../auth/actor.ts";
import { leads } from "../db/leads/schema.ts";

export const AGENT = 3;

/** Who looks, at which company. */
export interface Viewer {
  actor: CompanyActor;
  companyId: number;
}

/**
 * Whose leads somebody sees in a company: an agent those assigned to them, everywhere, counts and exports
 * included; anyone else all.
 *
 * @returns the user whose leads they are, or `null` for all.
 */
export function visibleAssignee(actor: CompanyActor, companyId: number): number | null {
  if (actor.operator) return null;
  return actor.grants.get(companyId)?.accessId === AGENT ? authorIdOf(actor) : null;
}

/** The condition that keeps a query over leads to what somebody sees of a company, without what was deleted. */
export function visibleLeads(actor: CompanyActor, companyId: number): SQL {
  const assignee = visibleAssignee(actor, companyId);
  const own = assignee === null ? sql`` : sql` AND ${leads.assignedTo} = ${assignee}`;
  return sql`${leads.companyId} = ${companyId} AND ${leads.deletedAt} IS NULL${own}`;
}

/**
 * The same for SQL that is written once: its caller binds `companyId`, and `assignee` where there is one.
 *
 * @param byId whether leads are named one by one: no index of the company's is to be walked for them then.
 */
export function visibleLeadsCondition(assignee: number | null, byId: boolean): SQL {
  // SQLite takes no index for what has a plus before it.
  const [company, worker] = [leads.companyId, leads.assignedTo].map((one) => (byId ? sql`+${one}` : one));
  const own = assignee === null ? sql`` : sql` AND ${worker} = ${sql.placeholder("assignee")}`;
  return sql`${company} = ${sql.placeholder("companyId")} AND ${leads.deletedAt} IS NULL${own}`;
}
