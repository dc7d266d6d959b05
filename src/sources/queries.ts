import { and, eq } from "drizzle-orm";
import { leadSources } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";

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
export function listSources(tenant: Tenant, companyId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select().from(leadSources),
    counted: tenant.db.select(ONE).from(leadSources),
    where: [eq(leadSources.companyId, companyId)],
    sortable: { ...filterable, name: leadSources.nameKey },
  });
}
