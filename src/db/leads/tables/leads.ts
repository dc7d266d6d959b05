import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  foreignKey,
  index,
  integer,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { campaigns } from "./campaigns.ts";
import { imports } from "./imports.ts";

export const leads = sqliteTable(
  "leads",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    campaignId: integer("campaign_id"),
    importId: integer("import_id"),
    recordNumber: integer("record_number"),
    /** The lead that was this person first, where duplicates were asked for. */
    duplicateOf: integer("duplicate_of").references((): AnySQLiteColumn => leads.id),
    email: text(),
    phone: text(),
    phoneRaw: text("phone_raw"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    companyName: text("company_name"),
    jobTitle: text("job_title"),
    city: text(),
    state: text(),
    country: text(),
    source: text(),
    /** A stage of the directory's catalogue. */
    stageId: integer("stage_id").notNull(),
    notes: text(),
    externalId: text("external_id"),
    website: text(),
    /** The campaign's questions, by question id. */
    answers: text({ mode: "json" }).$type<Record<string, string | number | boolean | string[]>>(),
    customFields: text("custom_fields", { mode: "json" }).$type<Record<string, string>>(),
    /** The user of the directory who works it. */
    assignedTo: integer("assigned_to"),
    /** Raised by every change, so that two who change at once notice. */
    version: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** When it was deleted: it can be restored for 30 days, and is shown nowhere. */
    deletedAt: integer("deleted_at"),
  },
  (t) => [
    // What tells whether a record is a lead's person: see src/leads/duplicates/same-person.ts. Leads that are
    // nobody's copy come first in each, those without an e-mail before the others.
    index("leads_email")
      .on(t.companyId, t.email, t.duplicateOf)
      .where(sql`${t.email} IS NOT NULL AND ${t.deletedAt} IS NULL`),
    index("leads_phone")
      .on(t.companyId, t.phone, t.duplicateOf, t.email)
      .where(sql`${t.phone} IS NOT NULL AND ${t.deletedAt} IS NULL`),
    uniqueIndex("leads_external_id")
      .on(t.companyId, t.externalId)
      .where(sql`${t.externalId} IS NOT NULL AND ${t.duplicateOf} IS NULL AND ${t.deletedAt} IS NULL`),
    index("leads_duplicate_of").on(t.duplicateOf).where(sql`${t.duplicateOf} IS NOT NULL`),
    index("leads_company_copies").on(t.companyId, t.duplicateOf).where(sql`${t.duplicateOf} IS NOT NULL`),
    // Each list in its order, and without a look at the rows where they are only counted. What is assigned is
    // kept apart: an import assigns nothing, so it does not pay for that.
    index("leads_company_created")
      .on(t.companyId, t.createdAt, t.id, t.assignedTo)
      .where(sql`${t.deletedAt} IS NULL`),
    // Most leads are at the initial stage for long: those are found, and counted, by the index above.
    index("leads_company_stage")
      .on(t.companyId, t.stageId, t.createdAt, t.id)
      .where(sql`${t.stageId} <> 1 AND ${t.deletedAt} IS NULL`),
    // For those who follow changes. A lead that nobody has changed is in its place by the time when it was made, too,
    // so that it is not in here, and an import does not pay for those that it creates.
    index("leads_company_updated")
      .on(t.companyId, t.updatedAt, t.id)
      .where(sql`${t.updatedAt} <> ${t.createdAt} AND ${t.deletedAt} IS NULL`),
    index("leads_company_campaign")
      .on(t.companyId, t.campaignId, t.createdAt, t.id)
      .where(sql`${t.deletedAt} IS NULL`),
    index("leads_company_assignee")
      .on(t.companyId, t.assignedTo, t.createdAt, t.id)
      .where(sql`${t.assignedTo} IS NOT NULL AND ${t.deletedAt} IS NULL`),
    index("leads_company_assignee_stage")
      .on(t.companyId, t.assignedTo, t.stageId, t.createdAt, t.id)
      .where(sql`${t.assignedTo} IS NOT NULL AND ${t.deletedAt} IS NULL`),
    index("leads_deleted").on(t.deletedAt).where(sql`${t.deletedAt} IS NOT NULL`),
    foreignKey({ columns: [t.companyId, t.campaignId], foreignColumns: [campaigns.companyId, campaigns.id] }),
    foreignKey({ columns: [t.companyId, t.importId], foreignColumns: [imports.companyId, imports.id] }),
  ],
);

/** The id of the stage at which leads begin, in the catalogue of every installation. */
export const FIRST_STAGE = 1;

/** True of the stages that the index of stages knows: SQLite uses it only where a query says so in these words. */
export const isIndexedStage = sql.raw(`"leads"."stage_id" <> ${FIRST_STAGE}`);
