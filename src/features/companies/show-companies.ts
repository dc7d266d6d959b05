import type * as z from "zod";
import type { Tenant } from "../../db/leads/tenant.ts";
import { currentCycles } from "../cycles/queries.ts";
import type { CompanyRow } from "./queries.ts";
import type { Company } from "./schemas.ts";
import { viewCompany } from "./view.ts";

/**
 * Shows companies with the cycle that each is in: one query a lead store, and none where no company works in
 * cycles.
 *
 * @param tenants of the stores that the companies are in.
 * @param now milliseconds since 1970.
 */
export async function showCompanies(
  tenants: Tenant[],
  rows: CompanyRow[],
  now: number,
): Promise<z.input<typeof Company>[]> {
  const ids = rows.filter(({ cyclesEnabled }) => cyclesEnabled).map(({ id }) => id);
  const found =
    ids.length > 0 ? await Promise.all(tenants.map((tenant) => currentCycles(tenant, ids, now))) : [];
  const cycles = new Map(found.flatMap((one) => [...one]));
  return rows.map((row) => viewCompany(row, cycles.get(row.id)));
}

/** Shows one company with the cycle that it is in. */
export async function showCompany(
  tenant: Tenant,
  row: CompanyRow,
  now: number,
): Promise<z.input<typeof Company>> {
  const cycles = row.cyclesEnabled ? await currentCycles(tenant, [row.id], now) : undefined;
  return viewCompany(row, cycles?.get(row.id));
}
