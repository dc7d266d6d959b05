import { and, count, eq } from "drizzle-orm";
import { leadSources } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { conditions, filterValues, type ListRequest, orderBy } from "../../http/list-query.ts";

const filterable = {
  id: leadSources.id,
  name: leadSources.name,
  active: leadSources.active,
  created_at: leadSources.createdAt,
};

export type SourceRow = typeof leadSources.$inferSelect;

/** A source. @returns `undefined` where the tenant has none. */
export function findSource(tenant: Tenant, id: number): Promise<SourceRow | undefined> {
  return tenant.db
    .select()
    .from(leadSources)
    .where(and(eq(leadSources.id, id), ownedBy(tenant, leadSources.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A page of the sources of a company; names in the order in which a person looks for them. */
export async function listSources(tenant: Tenant, companyId: number, request: ListRequest) {
  const where = and(eq(leadSources.companyId, companyId), ...conditions(request, filterable));
  const values = filterValues(request);
  const page = tenant.db
    .select()
    .from(leadSources)
    .where(where)
    .orderBy(...orderBy(request, { ...filterable, name: leadSources.nameKey }))
    .limit(request.limit)
    .offset((request.page - 1) * request.limit)
    .prepare();
  const totals = tenant.db.select({ total: count() }).from(leadSources).where(where).prepare();
  const [rows, [found]] = await Promise.all([page.all(values), totals.all(values)]);
  return { rows, total: found?.total ?? 0 };
}
