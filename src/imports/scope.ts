import { sql } from "drizzle-orm";
import type { CompanyActor } from "../auth/actor.ts";
import { visibleCompanies } from "../auth/visibility.ts";
import type { DirectoryDb } from "../db/clients.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { equals } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import type { OpenTenants } from "../http/policies/companies.ts";
import { AGENT, visibleAssignee } from "../leads/scope.ts";

/**
 * Whether somebody sees the imports of a company. A file is leads of the whole company, and its counters are their
 * number: an agent, who sees the leads assigned to them alone, sees no import, those included that they sent when
 * they were more.
 */
export function seesImports(actor: CompanyActor, companyId: number): boolean {
  return visibleAssignee(actor, companyId) === null;
}

/** Imports that somebody sees. */
export interface ImportsSeen {
  /** One for each lead store. */
  tenants: Tenant[];
  /** Of the tenants' companies alone, or also of all companies below these. */
  below: boolean;
}

/**
 * The imports that somebody sees, by stores: as few companies as say it, so that a list costs as much as its page.
 *
 * @param request where it is for one company, only that one is asked.
 */
export async function importsSeen(
  db: DirectoryDb,
  actor: CompanyActor,
  openTenants: OpenTenants,
  request: ListRequest,
): Promise<ImportsSeen> {
  const named = equals(request, "company_id");
  if (named !== undefined) return ofCompanies(actor, openTenants, [Number(named)]);
  if (actor.operator) return { tenants: await openTenants("all"), below: false };
  // Who sees all of an agency and is an agent in one of its companies does not see that one's.
  if (
    actor.kind === "user" &&
    actor.roots.some(({ accessId, above }) => accessId === AGENT && above !== null)
  ) {
    const rows = await db.all<{ company_id: number }>(
      sql`SELECT DISTINCT company_id FROM (${visibleCompanies(actor)})`,
    );
    return ofCompanies(
      actor,
      openTenants,
      rows.map((row) => row.company_id),
    );
  }
  const tops = actor.roots.filter(
    ({ accessId, above }) => accessId !== AGENT && (above === null || above === AGENT),
  );
  return { tenants: await openTenants(tops.map(({ companyId }) => companyId)), below: true };
}

async function ofCompanies(
  actor: CompanyActor,
  openTenants: OpenTenants,
  ids: number[],
): Promise<ImportsSeen> {
  if (!actor.operator) await actor.grants.lookUp(ids);
  const seen = actor.operator ? ids : ids.filter((id) => actor.grants.has(id) && seesImports(actor, id));
  return { tenants: seen.length > 0 ? await openTenants(seen) : [], below: false };
}
