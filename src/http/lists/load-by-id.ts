import { STORE_SPAN } from "../../db/leads/provision.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { LoadRow } from "../access.ts";

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
