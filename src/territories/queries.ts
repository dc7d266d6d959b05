import { and, eq, type SQL, sql } from "drizzle-orm";
import { territories, territoryUsers } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";

/** What the view of a territory is made of, in any query over territories. */
export const territoryColumns = {
  id: territories.id,
  companyId: territories.companyId,
  name: territories.name,
  priority: territories.priority,
  countries: territories.countries,
  states: territories.states,
  cities: territories.cities,
  createdAt: territories.createdAt,
  updatedAt: territories.updatedAt,
  /** JSON: the ids of its users in order. */
  userIds: sql<string>`(
    SELECT json_group_array(user_id) FROM (
      SELECT u.user_id FROM ${territoryUsers} u WHERE u.territory_id = "territories"."id" ORDER BY u.user_id))`.as(
    "user_ids",
  ),
};

const filterable = { id: territories.id, name: territories.name, priority: territories.priority };

/** The row that the view of a territory is made of. */
export type TerritoryRow = NonNullable<Awaited<ReturnType<typeof findTerritory>>>;

/** A territory. @returns `undefined` where the tenant has none. */
export function findTerritory(tenant: Tenant, id: number) {
  return tenant.db
    .select(territoryColumns)
    .from(territories)
    .where(and(eq(territories.id, id), ownedBy(tenant, territories.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A territory of a company, for the batch that writes it. @param id an expression where it is known only there. */
export function selectTerritory({ db }: Tenant, companyId: number, id: SQL | number) {
  return db
    .select(territoryColumns)
    .from(territories)
    .where(and(eq(territories.id, id), eq(territories.companyId, companyId)));
}

/** A page of the territories of a company. */
export function listTerritories(tenant: Tenant, companyId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select(territoryColumns).from(territories),
    counted: tenant.db.select(ONE).from(territories),
    where: [eq(territories.companyId, companyId)],
  });
}
