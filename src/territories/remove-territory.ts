import { and, eq, gt, lt, sql } from "drizzle-orm";
import { territories, territoryUsers } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { notFound } from "../errors.ts";
import type { TerritoryRow } from "./queries.ts";

/**
 * Removes a territory; those after it move up.
 *
 * @throws 404 where somebody else removed it meanwhile.
 */
export async function removeTerritory(tenant: Tenant, { id, companyId }: TerritoryRow): Promise<void> {
  const { db } = tenant;
  const ofCompany = eq(territories.companyId, companyId);
  const [, , removed] = await db.batch([
    // Two would meet half-way in one place: so those that move first go where none is.
    db
      .update(territories)
      .set({ priority: sql`1 - priority` })
      .where(
        and(
          ofCompany,
          gt(territories.priority, sql`(SELECT priority FROM territories t WHERE t.id = ${id})`),
        ),
      ),
    db
      .delete(territoryUsers)
      .where(and(eq(territoryUsers.territoryId, id), eq(territoryUsers.companyId, companyId))),
    db
      .delete(territories)
      .where(and(eq(territories.id, id), ofCompany))
      .returning({ id: territories.id }),
    db
      .update(territories)
      .set({ priority: sql`-priority` })
      .where(and(ofCompany, lt(territories.priority, 0))),
  ]);
  if (removed.length === 0) throw notFound();
}
