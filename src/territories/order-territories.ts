import { and, asc, eq, lt, sql } from "drizzle-orm";
import { territories } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { fieldError } from "../errors.ts";

/**
 * Puts the territories of a company in the order of their priority. That they are all there is looked at in the
 * transaction itself: one that is created or removed at the same moment comes wholly before or after.
 *
 * @param ids all of the company's.
 * @returns them in their order.
 * @throws 422 where they are not exactly these, each once.
 */
export async function orderTerritories(tenant: Tenant, companyId: number, ids: number[]) {
  const { db } = tenant;
  const list = JSON.stringify(ids);
  const ofCompany = eq(territories.companyId, companyId);
  const [moved, , ordered] = await db.batch([
    // Two that change places would meet half-way: so first each goes where none is.
    db
      .update(territories)
      .set({ priority: sql`(SELECT -1 - key FROM json_each(${list}) WHERE value = territories.id)` })
      .where(
        and(
          ofCompany,
          sql`(SELECT count(*) FROM territories WHERE company_id = ${companyId}) = ${ids.length}`,
          sql`(SELECT count(DISTINCT t.id) FROM json_each(${list}) w JOIN ${territories} t
               ON t.id = w.value AND t.company_id = ${companyId}) = ${ids.length}`,
        ),
      )
      .returning({ id: territories.id }),
    db
      .update(territories)
      .set({ priority: sql`-priority` })
      .where(and(ofCompany, lt(territories.priority, 0))),
    db
      .select({ id: territories.id, name: territories.name, priority: territories.priority })
      .from(territories)
      .where(ofCompany)
      .orderBy(asc(territories.priority)),
  ]);
  if (moved.length === 0) {
    const detail = `must be the ids of all ${ordered.length} territories of the company, each once`;
    throw fieldError("invalid_body", "territory_ids", "not_all", detail);
  }
  return ordered;
}
