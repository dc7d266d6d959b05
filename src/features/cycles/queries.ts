import { and, count, eq, gt, lte, sql } from "drizzle-orm";
import { cycles, leads } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { conditions, filterValues, type ListRequest, orderBy } from "../../http/list-query.ts";

const columns = {
  id: cycles.id,
  companyId: cycles.companyId,
  name: cycles.name,
  startsAt: cycles.startsAt,
  endsAt: cycles.endsAt,
  leadGoal: cycles.leadGoal,
  createdAt: cycles.createdAt,
  updatedAt: cycles.updatedAt,
  leadsCount: sql<number>`(
    SELECT count(*) FROM ${leads} l
    WHERE l.company_id = "cycles"."company_id"
      AND l.created_at >= "cycles"."starts_at" AND l.created_at < "cycles"."ends_at" AND l.deleted_at IS NULL)`.as(
    "leads_count",
  ),
};

const filterable = {
  id: cycles.id,
  name: cycles.name,
  starts_at: cycles.startsAt,
  ends_at: cycles.endsAt,
};

/** The row that the view of a cycle is made of. */
export type CycleRow = NonNullable<Awaited<ReturnType<typeof findCycle>>>;

/** A cycle with the leads that arrived in it. @returns `undefined` where the tenant has none. */
export function findCycle(tenant: Tenant, id: number) {
  return tenant.db
    .select(columns)
    .from(cycles)
    .where(and(eq(cycles.id, id), ownedBy(tenant, cycles.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A page of the tenant's cycles. */
export async function listCycles(tenant: Tenant, request: ListRequest) {
  const where = and(ownedBy(tenant, cycles.companyId), ...conditions(request, filterable));
  const values = { ...ownedValues(tenant), ...filterValues(request) };
  const page = tenant.db
    .select(columns)
    .from(cycles)
    .where(where)
    .orderBy(...orderBy(request, filterable))
    .limit(request.limit)
    .offset((request.page - 1) * request.limit)
    .prepare();
  const totals = tenant.db.select({ total: count() }).from(cycles).where(where).prepare();
  const [rows, [found]] = await Promise.all([page.all(values), totals.all(values)]);
  return { rows, total: found?.total ?? 0 };
}

/** The cycle in which each company is, by company id; one query for all. @param now milliseconds since 1970. */
export async function currentCycles(tenant: Tenant, companyIds: number[], now: number) {
  const rows = await tenant.db
    .select({
      id: cycles.id,
      companyId: cycles.companyId,
      name: cycles.name,
      startsAt: cycles.startsAt,
      endsAt: cycles.endsAt,
    })
    .from(cycles)
    .where(
      and(
        sql`${cycles.companyId} IN (SELECT value FROM json_each(${JSON.stringify(companyIds)}))`,
        ownedBy(tenant, cycles.companyId),
        lte(cycles.startsAt, now),
        gt(cycles.endsAt, now),
      ),
    )
    .prepare()
    .all(ownedValues(tenant));
  return new Map(rows.map((row) => [row.companyId, row]));
}
