import type { Role, UserActor } from "../../auth/actor.ts";
import { STORE_SPAN } from "../../db/leads/provision.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { notFound } from "../../errors.ts";
import { type Policy, type RequestTarget, requireUser } from "./policy.ts";
import { lastCompanyOf, requireRole, requireSight } from "./require-role.ts";

export interface LocatedRow<Row extends { companyId: number }> {
  row: Row;
  tenant: Tenant;
  /** Whether somebody with an access in its company sees it; without this, everybody who has one does. */
  isSeenBy?: (actor: UserActor) => boolean;
}

/**
 * Finds the row that the path names, for every caller: the policy decides by its company whether they see it.
 *
 * @returns `null` where there is none.
 */
export type LoadRow<Row extends { companyId: number }> = (
  params: RequestTarget["params"],
  tenantOf: (store: number) => Tenant | null,
) => Promise<LocatedRow<Row> | null>;

/** The company of a row of a lead store that the path names; the row is handed on. */
export function rowPolicy<Row extends { companyId: number }>({
  role,
  load,
}: {
  role: Role;
  load: LoadRow<Row>;
}): Policy<{ actor: UserActor; companyId: number; row: Row; tenant: Tenant }> {
  return {
    declares: { kind: "row", role },
    caller: "required",
    locate: (_, userId) => lastCompanyOf(userId),
    async authorize(input) {
      const actor = requireUser(input);
      const { databases } = input;
      const located = await load(input.params, (store) =>
        store < databases.stores ? mintTenant(store, databases.leads(store), "all") : null,
      );
      if (!located) throw notFound();
      const { row, tenant, isSeenBy } = located;
      const { companyId } = row;
      await requireSight(actor, companyId);
      if (isSeenBy && !isSeenBy(actor)) throw notFound();
      await requireRole(actor, companyId, role);
      return { actor, companyId, row, tenant: mintTenant(tenant.store, tenant.client, [companyId]) };
    },
  };
}

/**
 * Finds the row of a lead store that the path names by its id, which says in which store to look.
 *
 * @param find finds a row among those of a tenant.
 * @param parameter where the path has the id.
 */
export function loadById<Row extends { companyId: number }>(
  find: (tenant: Tenant, id: number) => Promise<Row | undefined>,
  parameter = "id",
): LoadRow<Row> {
  return async (params, tenantOf) => {
    const id = Number(params[parameter]);
    const tenant = Number.isSafeInteger(id) && id > 0 ? tenantOf(Math.floor(id / STORE_SPAN)) : null;
    const row = tenant && (await find(tenant, id));
    return tenant && row ? { row, tenant } : null;
  };
}
