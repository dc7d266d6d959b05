import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { leads } from "./leads.ts";

/** A lead's way through the stages. */
export const leadStageChanges = sqliteTable(
  "lead_stage_changes",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    leadId: integer("lead_id")
      .notNull()
      .references(() => leads.id),
    fromStageId: integer("from_stage_id").notNull(),
    toStageId: integer("to_stage_id").notNull(),
    /** A user of the directory; `null` for an import. */
    changedBy: integer("changed_by"),
    changedAt: integer("changed_at").notNull(),
  },
  (t) => [
    index("lead_stage_changes_lead").on(t.leadId, t.id),
    index("lead_stage_changes_company").on(t.companyId, t.changedAt),
  ],
);

/** What users write down about a lead. */
export const leadNotes = sqliteTable(
  "lead_notes",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    leadId: integer("lead_id")
      .notNull()
      .references(() => leads.id),
    /** A user of the directory. */
    authorId: integer("author_id").notNull(),
    body: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("lead_notes_lead").on(t.leadId, t.id)],
);

export const leadTags = sqliteTable(
  "lead_tags",
  {
    companyId: integer("company_id").notNull(),
    leadId: integer("lead_id")
      .notNull()
      .references(() => leads.id),
    tag: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.leadId, t.tag] }),
    index("lead_tags_company").on(t.companyId, t.tag, t.leadId),
  ],
);

/** What a company calls the places that its leads come from. A lead's own `source` is free text: imports bring any. */
export const leadSources = sqliteTable(
  "lead_sources",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    /** The name folded: no two of a company are called the same. */
    nameKey: text("name_key").notNull(),
    /** Whether it is still offered. */
    active: integer({ mode: "boolean" }).notNull().default(true),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [uniqueIndex("lead_sources_name").on(t.companyId, t.nameKey)],
);
