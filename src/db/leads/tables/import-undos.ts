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

/**
 * A copy that came to be of another lead because an import changed the keys of its lead: whose it was before, for an
 * undo. Kept as long as the before-images, and has nothing of a person.
 */
export const importMovedCopies = sqliteTable(
  "import_moved_copies",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    /** The record that changed its lead. */
    recordNumber: integer("record_number").notNull(),
    /** The copy. */
    leadId: integer("lead_id").notNull(),
    /** The lead that it was a copy of. */
    duplicateOf: integer("duplicate_of").notNull(),
    version: integer().notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.importId, t.recordNumber, t.leadId] }),
    index("import_moved_copies_lead").on(t.leadId),
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
