import { and, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../auth/actor.ts";
import { cycles, leads } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { type Viewer, visibleAssignee, visibleLeads } from "../leads/scope.ts";

const columns = {
  id: cycles.id,
  companyId: cycles.companyId,
  name: cycles.name,
  startsAt: cycles.startsAt,
  endsAt: cycles.endsAt,
  leadGoal: cycles.leadGoal,
  createdAt: cycles.createdAt,
  updatedAt: cycles.updatedAt,
};

/** The leads that arrived in a cycle, of those that the caller sees. */
function leadsCount(actor: CompanyActor, companyId: number) {
  const index =
    visibleAssignee(actor, companyId) === null ? "leads_company_created" : "leads_company_assignee";
  const seen = visibleLeads(actor, companyId);
  return sql<number>`(
    SELECT count(*) FROM ${leads} INDEXED BY ${sql.raw(index)}
    WHERE ${seen} AND leads.created_at >= "cycles"."starts_at" AND leads.created_at < "cycles"."ends_at")`.as(
    "leads_count",
  );
}

const filterable = {
  id: cycles.id,
  name: cycles.name,
  starts_at: cycles.startsAt,
  ends_at: cycles.endsAt,
};

/** The row that the view of a cycle is made of. */
export type CycleRow = NonNullable<Awaited<ReturnType<typeof findCycle>>>;

/** A cycle of a company with the leads that arrived in it. @returns `undefined` where the tenant has none. */
export function findCycle(tenant: Tenant, { actor, companyId }: Viewer, id: number) {
  return tenant.db
    .select({ ...columns, leadsCount: leadsCount(actor, companyId) })
    .from(cycles)
    .where(and(eq(cycles.id, id), ownedBy(tenant, cycles.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** The same for the batch that writes it. @param id an expression where it is known only there. */
export function selectCycle({ db }: Tenant, { actor, companyId }: Viewer, id: SQL | number) {
  return db
    .select({ ...columns, leadsCount: leadsCount(actor, companyId) })
    .from(cycles)
    .where(and(eq(cycles.id, id), eq(cycles.companyId, companyId)));
}

/** A page of the cycles of a company, each with the leads that arrived in it. */
export function listCycles(tenant: Tenant, { actor, companyId }: Viewer, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select({ ...columns, leadsCount: leadsCount(actor, companyId) }).from(cycles),
    counted: tenant.db.select(ONE).from(cycles),
    where: [ownedBy(tenant, cycles.companyId)],
    values: ownedValues(tenant),
  });
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
