import { and, eq, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../db/clients.ts";
import { imports, leads, leadTags } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { FIELD_LIST, type Field } from "./fields.ts";

/** The columns of a lead's fields. */
export const fieldColumns = Object.fromEntries(
  FIELD_LIST.map(({ column }) => [column, leads[column]]),
) as unknown as Pick<typeof leads, Field["column"]>;

/** What the view of a lead is made of, in any query over leads. */
export const leadColumns = {
  id: leads.id,
  companyId: leads.companyId,
  campaignId: leads.campaignId,
  importId: leads.importId,
  recordNumber: leads.recordNumber,
  duplicateOf: leads.duplicateOf,
  ...fieldColumns,
  answers: leads.answers,
  customFields: leads.customFields,
  assignedTo: leads.assignedTo,
  version: leads.version,
  createdAt: leads.createdAt,
  updatedAt: leads.updatedAt,
  deletedAt: leads.deletedAt,
  /** JSON: the tags in order. */
  tags: sql<string>`(
    SELECT json_group_array(tag) FROM (
      SELECT t.tag FROM ${leadTags} t WHERE t.lead_id = "leads"."id" ORDER BY t.tag))`.as("tags"),
  /** JSON: where it comes from, `null` without an import. */
  provenance: sql<string | null>`(
    SELECT json_object('import_code', i.import_code, 'file_sha256', i.file_sha256)
    FROM ${imports} i WHERE i.id = "leads"."import_id")`.as("provenance"),
};

/** The row that the view of a lead is made of. */
export type LeadRow = NonNullable<Awaited<ReturnType<typeof findLead>>>;

/** A lead, deleted ones too. @returns `undefined` where the tenant has none. */
export function findLead(tenant: Tenant, id: number) {
  return tenant.db
    .select(leadColumns)
    .from(leads)
    .where(and(eq(leads.id, id), ownedBy(tenant, leads.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** The lead of a company that a condition singles out; a statement that may stand in a batch. */
export function selectLead(db: LeadsDb, companyId: number, condition: SQL | undefined) {
  return db
    .select(leadColumns)
    .from(leads)
    .where(and(eq(leads.companyId, companyId), condition));
}
