import type { Actor } from "../../auth/actor.ts";
import { narrowTenant, type Tenant } from "../../db/leads/tenant.ts";
import { assigneeSeen } from "../leads/scope.ts";

/**
 * Whether somebody sees the imports of a company. A file is leads of the whole company, and its counters are their
 * number: an agent, who sees the leads assigned to them alone, sees no import, those included that they sent when
 * they were more.
 */
export function seesImports(actor: Actor, companyId: number): boolean {
  return assigneeSeen(actor, companyId) === null;
}

/** Tenants of those companies alone whose imports somebody sees. */
export function importsSeen(actor: Actor, tenants: Tenant[]): Tenant[] {
  return tenants.flatMap((tenant) => narrowTenant(tenant, (id) => seesImports(actor, id)) ?? []);
}
