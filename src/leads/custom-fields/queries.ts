import { and, eq, sql } from "drizzle-orm";
import { customFieldCounts, customFields } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import { ONE, readPage } from "../../http/lists/read-page.ts";

const columns = {
  id: customFields.id,
  companyId: customFields.companyId,
  name: customFields.name,
  kind: customFields.kind,
  leads: customFields.leads,
  countedAt: customFields.countedAt,
};

export type CustomFieldRow = { [Key in keyof typeof columns]: (typeof customFields.$inferSelect)[Key] };

const filterable = { id: customFields.id, name: customFields.name, kind: customFields.kind };

/** A page of the custom fields of a company. */
export function listCustomFields({ db }: Tenant, companyId: number, request: ListRequest) {
  return readPage(db, request, filterable, {
    rows: db.select(columns).from(customFields),
    counted: db.select(ONE).from(customFields),
    where: [eq(customFields.companyId, companyId)],
    sortable: { ...filterable, leads: customFields.leads },
  });
}

/** The names of the custom fields of a company. */
export async function namesOfFields({ db }: Pick<Tenant, "db">, companyId: number): Promise<string[]> {
  const rows = await db
    .select({ name: customFields.name })
    .from(customFields)
    .where(eq(customFields.companyId, companyId));
  return rows.map(({ name }) => name);
}

/**
 * The names that all leads of a company use between them.
 *
 * @returns `null` where it has leads from before there was a register that are not counted yet.
 */
export async function completeNames(tenant: Tenant, companyId: number): Promise<string[] | null> {
  const [incomplete, names] = await Promise.all([
    tenant.db
      .select({ one: sql<number>`1` })
      .from(customFieldCounts)
      .where(and(eq(customFieldCounts.companyId, companyId), eq(customFieldCounts.complete, false)))
      .get(),
    namesOfFields(tenant, companyId),
  ]);
  return incomplete ? null : names;
}
