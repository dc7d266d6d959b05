import type { CompanyActor, Role } from "../../auth/actor.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { notFound } from "../../errors.ts";
import { type Policy, requireCompanyActor } from "./policy.ts";
import { lastCompanyOf, requireRole } from "./require-role.ts";

/**
 * Opens a company's lead store, once its caller was found to have the role there.
 *
 * @param store of the company, which may be asked for meanwhile; `null` where there is no such company.
 * @throws 404 where the caller does not see it, 403 where they lack the role.
 */
export type AuthorizeCompany = (companyId: number, store: Promise<number | null>) => Promise<Tenant>;

/** The company that a field of the body names while it streams in: the handler asks before it stores anything. */
export function streamedPolicy({
  role,
  field,
}: {
  role: Role;
  field: string;
}): Policy<{ actor: CompanyActor; authorize: AuthorizeCompany }> {
  return {
    declares: { kind: "streamed", role, field },
    caller: "required",
    acceptsKeys: true,
    locate: (_, userId) => lastCompanyOf(userId),
    async authorize(input) {
      const actor = requireCompanyActor(input);
      const { databases } = input;
      return {
        actor,
        async authorize(companyId, asked) {
          // Its trouble is met below, where the caller has the role.
          asked.catch(() => {});
          await requireRole(actor, companyId, role, field);
          const store = await asked;
          if (store === null) throw notFound(field);
          return mintTenant(store, databases.leads(store), [companyId]);
        },
      };
    },
  };
}
