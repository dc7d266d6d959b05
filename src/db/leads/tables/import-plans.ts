import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, sqliteTable, uniqueIndex } from "drizzle-orm/sqlite-core";
import { imports } from "./imports.ts";

/**
 * What a dry run would have written by now, for as long as it runs: the records after it are decided as if these leads
 * were there. Keys are hashes (`src/imports/dry-run/planned-keys.ts`), so that nothing here names a person.
 */
export const importPlans = sqliteTable(
  "import_plans",
  {
    id: integer().primaryKey(),
    importId: integer("import_id").notNull(),
    recordNumber: integer("record_number").notNull(),
    /** A lead of the store that has other keys from then on; `null` of one that would be new. */
    leadId: integer("lead_id"),
    /**
     * Whether the record changes its lead; `null` of new leads, and of copies that an update makes leads of their own.
     */
    changed: integer({ mode: "boolean" }),
    /** The keys that it would have. A copy has none here: no record meets it. */
    email: integer(),
    phone: integer(),
    externalId: integer("external_id"),
  },
  (t) => [
    // By this one, also what an import has here at all is found.
    index("import_plans_email").on(t.importId, t.email),
    index("import_plans_phone").on(t.importId, t.phone).where(sql`${t.phone} IS NOT NULL`),
    index("import_plans_external_id").on(t.importId, t.externalId).where(sql`${t.externalId} IS NOT NULL`),
    uniqueIndex("import_plans_lead").on(t.importId, t.leadId).where(sql`${t.leadId} IS NOT NULL`),
  ],
);

/**
 * What a dry run has announced of each record, for its commit to compare with: a row for each chunk, which goes once
 * the commit has ended. It tells nothing of a person.
 */
export const importAnnouncements = sqliteTable(
  "import_announcements",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    firstRecord: integer("first_record").notNull(),
    /** The outcome of each record, a letter each: `src/imports/dry-run/announcements/outcomes.ts`. */
    outcomes: blob({ mode: "buffer" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.firstRecord] })],
);
