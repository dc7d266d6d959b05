import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { imports } from "./imports.ts";

/** An import that is taken back, or was: how far that is, and what became of its leads. */
export const importUndos = sqliteTable(
  "import_undos",
  {
    /** The order in which a company's undos were asked for, and are done. */
    id: integer().primaryKey(),
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    companyId: integer("company_id").notNull(),
    /** A user of the directory. */
    requestedBy: integer("requested_by").notNull(),
    /** The checkpoint: the last record that is still to be taken back. It is done backwards, down to 0. */
    nextRecord: integer("next_record").notNull(),
    deletedRecords: integer("deleted_records").notNull().default(0),
    restoredRecords: integer("restored_records").notNull().default(0),
    sparedRecords: integer("spared_records").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    finishedAt: integer("finished_at"),
    /** As in an import. */
    movedAt: integer("moved_at").notNull(),
    leasedUntil: integer("leased_until"),
    leaseId: text("lease_id"),
    queuedAt: integer("queued_at"),
  },
  (t) => [
    uniqueIndex("import_undos_import").on(t.importId),
    index("import_undos_turns").on(t.companyId, t.id).where(sql`${t.finishedAt} IS NULL`),
  ],
);

/** Why an undo leaves a lead as it is. */
export const SPARED_REASONS = ["changed", "deleted", "key_taken", "no_before_image"] as const;

/**
 * A record whose lead an undo left as it is. It has no data of the lead: who it is, is read when the list is.
 */
export const importSpared = sqliteTable(
  "import_spared",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    recordNumber: integer("record_number").notNull(),
    /** A lead that may be gone by now. */
    leadId: integer("lead_id").notNull(),
    reason: text({ enum: SPARED_REASONS }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.recordNumber] })],
);
