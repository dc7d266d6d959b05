import { atLeast, type CompanyActor, type Role } from "../../auth/actor.ts";
import type { Databases } from "../../db/clients.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { parseId } from "../validation/named-id.ts";
import { type Policy, requireCompanyActor } from "./policy.ts";

/**
 * Opens the lead stores of some companies, for those of them in which the caller has the route's role; of all
 * companies, for an operator.
 */
export type OpenTenants = (companyIds: readonly number[] | "all") => Promise<Tenant[]>;

/** A list over every company in which the caller has the role. */
export function companiesPolicy({
  role,
}: {
  role: Role;
}): Policy<{ actor: CompanyActor; openTenants: OpenTenants }> {
  return {
    declares: { kind: "companies", role },
    caller: "required",
    acceptsKeys: true,
    listsAll: true,
    locate: ({ query }) => parseId(query("company_id_eq") ?? "") || undefined,
    async authorize(input) {
      const actor = requireCompanyActor(input);
      return { actor, openTenants: (ids) => openTenants(actor, role, input.databases, ids) };
    },
  };
}

async function openTenants(
  actor: CompanyActor,
  role: Role,
  databases: Databases,
  companyIds: readonly number[] | "all",
): Promise<Tenant[]> {
  if (actor.operator) {
    const stores = [...Array(databases.stores).keys()];
    return stores.map((store) => mintTenant(store, databases.leads(store), companyIds));
  }
  if (companyIds === "all") throw new Error("all companies are for operators alone");
  await actor.grants.lookUp(companyIds);
  const grants = companyIds.flatMap((id) => actor.grants.get(id) ?? []);
  const allowed = grants.filter(({ accessId }) => atLeast(accessId, role));
  return [...Map.groupBy(allowed, ({ store }) => store)].map(([store, within]) =>
    mintTenant(
      store,
      databases.leads(store),
      within.map(({ companyId }) => companyId),
    ),
  );
}
