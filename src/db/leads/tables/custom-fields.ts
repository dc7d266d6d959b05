import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** What the values of a custom field look like. */
export const CUSTOM_FIELD_KINDS = ["text", "number", "date", "boolean"] as const;

/**
 * The names of the custom fields that leads of a company have or had, each registered in the transaction that writes
 * the first lead with it. At most 1,000 of a company, by a trigger; what a count finds in leads beyond that stays.
 */
export const customFields = sqliteTable(
  "custom_fields",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    /** Of all values, by the last count; `null` until then. */
    kind: text({ enum: CUSTOM_FIELD_KINDS }),
    /** How many leads had it, deleted ones aside, by the last count; `null` until then. */
    leads: integer(),
    /** When that count began. */
    countedAt: integer("counted_at"),
    /** Leads and kind by the count that is under way. */
    counting: integer().notNull().default(0),
    countingKind: text("counting_kind", { enum: CUSTOM_FIELD_KINDS }),
    /** When a write brought it last, give or take a day. */
    seenAt: integer("seen_at").notNull(),
  },
  (t) => [uniqueIndex("custom_fields_name").on(t.companyId, t.name)],
);

/** When the custom fields of a company are counted next, and how far the count is that is under way. */
export const customFieldCounts = sqliteTable(
  "custom_field_counts",
  {
    companyId: integer("company_id").primaryKey(),
    dueAt: integer("due_at").notNull(),
    startedAt: integer("started_at"),
    /** The last lead that is counted. */
    afterCreatedAt: integer("after_created_at"),
    afterId: integer("after_id"),
    finishedAt: integer("finished_at"),
    /** Whether every name is registered: leads from before there was a register are known once they are counted. */
    complete: integer({ mode: "boolean" }).notNull().default(true),
  },
  (t) => [index("custom_field_counts_due").on(t.dueAt)],
);
