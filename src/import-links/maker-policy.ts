import type { UserActor } from "../auth/actor.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { type Policy, requireUser } from "../http/policies/policy.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";

const { acceptsKeys: _, ...inCompany } = tenantPolicy({ role: "manager", field: "id" });

/**
 * Those who may import into the company that the path names: people alone. A link is kept in the directory, so the
 * company's store is granted under another name than what a route creates in.
 */
export const makerPolicy: Policy<{ actor: UserActor; companyId: number; campaignStore: Tenant }> = {
  ...inCompany,
  async authorize(input) {
    const actor = requireUser(input);
    const { companyId, tenant } = await inCompany.authorize(input);
    return { actor, companyId, campaignStore: tenant };
  },
};
