import type * as z from "zod";
import { currentCycles } from "../cycles/queries.ts";
import { askStores } from "../db/leads/ask-stores.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { OpenTenants } from "../http/policies/companies.ts";
import type { CompanyRow } from "./queries.ts";
import type { Company } from "./schemas.ts";
import { viewCompany } from "./view.ts";

/**
 * Shows companies with the cycle that each is in: one query a lead store, and none where no company works in
 * cycles.
 *
 * @param openTenants opens the stores that the companies are in; of one that does not answer, its companies have no
 * cycle.
 * @param now milliseconds since 1970.
 */
export async function showCompanies(
  openTenants: OpenTenants,
  rows: CompanyRow[],
  now: number,
): Promise<{ companies: z.input<typeof Company>[]; unavailable: number[] }> {
  const ids = rows.filter(({ cyclesEnabled }) => cyclesEnabled).map(({ id }) => id);
  const asked = ids.length > 0 ? await openTenants(ids) : [];
  const { answers, unavailable } = await askStores(asked, (tenant) => currentCycles(tenant, ids, now));
  const cycles = new Map(answers.flatMap((one) => [...one]));
  return { companies: rows.map((row) => viewCompany(row, cycles.get(row.id))), unavailable };
}

/** Shows one company with the cycle that it is in. */
export async function showCompany(
  tenant: Tenant,
  row: CompanyRow,
  now: number,
): Promise<z.input<typeof Company>> {
  return viewCompany(row, await currentCycleOf(tenant, row, now));
}

/** The cycle that a company is in; `undefined` where it works in none. @param now milliseconds since 1970. */
export async function currentCycleOf(tenant: Tenant, { id, cyclesEnabled }: CompanyRow, now: number) {
  return cyclesEnabled ? (await currentCycles(tenant, [id], now)).get(id) : undefined;
}
