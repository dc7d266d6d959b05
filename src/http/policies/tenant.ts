import { eq } from "drizzle-orm";
import type { CompanyActor, Role } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { companies } from "../../db/directory/schema.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { notFound } from "../../errors.ts";
import { NO_ID } from "../validation/named-id.ts";
import { locateCompany, requireNamedCompany } from "./company.ts";
import { type Named, type Policy, requireCompanyActor } from "./policy.ts";

/** The company that a request names, for what lies in its lead store. */
export function tenantPolicy(
  named: Named & { role: Role },
): Policy<{ actor: CompanyActor; companyId: number; tenant: Tenant }> {
  return {
    declares: { kind: "tenant", ...named },
    caller: "required",
    acceptsKeys: true,
    locate: (target, userId) => locateCompany(named, target, userId),
    async authorize(input) {
      const actor = requireCompanyActor(input);
      const { databases } = input;
      const companyId = await requireNamedCompany(named, actor, input);
      const store = actor.grants.get(companyId)?.store ?? (await storeOf(databases.directory, companyId));
      if (store === undefined) throw notFound(named.in && named.field);
      return { actor, companyId, tenant: mintTenant(store, databases.leads(store), [companyId]) };
    },
  };
}

/** The lead store of a company, for an operator, who has no access in it. */
async function storeOf(db: DirectoryDb, companyId: number): Promise<number | undefined> {
  // Only an operator gets here without an id: validation refuses it next, and no row is of this company.
  if (companyId === NO_ID) return 0;
  const columns = { store: companies.leadStore };
  return (await db.select(columns).from(companies).where(eq(companies.id, companyId)).get())?.store;
}
