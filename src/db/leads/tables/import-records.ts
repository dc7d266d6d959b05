import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { imports } from "./imports.ts";
import { leads } from "./leads.ts";

/** One row for each chunk that was written. While it is being written, its leads are those with a higher id. */
export const importChunks = sqliteTable(
  "import_chunks",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    firstRecord: integer("first_record").notNull(),
    records: integer().notNull(),
    /** The highest lead id in the store before this chunk. */
    leadsAfter: integer("leads_after").notNull(),
    writtenAt: integer("written_at").notNull(),
    /** Which of its records have warnings, without anybody's data; `null` where none has. */
    warnings: text({ mode: "json" }).$type<ChunkWarnings>(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.firstRecord] })],
);

/** A record that could not be imported, with its cells as they stood in the file. */
export const importRejections = sqliteTable(
  "import_rejections",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    recordNumber: integer("record_number").notNull(),
    code: text().notNull(),
    reason: text().notNull(),
    cells: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The line of the file that it begins at, from 1; `null` of imports before lines were kept. */
    line: integer(),
    /** The place in `cells` of the one that it is rejected for; `null` where that is none, or several. */
    cell: integer(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.recordNumber] })],
);

/** A record that met a lead which was there before the import (`on_duplicate=update`). */
export const importMatches = sqliteTable(
  "import_matches",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    recordNumber: integer("record_number").notNull(),
    leadId: integer("lead_id")
      .notNull()
      .references(() => leads.id),
    changed: integer({ mode: "boolean" }).notNull(),
    /**
     * What the lead was before, as JSON: its version, when it was changed last, and the columns and tags that the
     * record changed; texts of JSON as they stood. `null` where nothing changed, and once it is needed no more.
     */
    before: text(),
  },
  (t) => [
    primaryKey({ columns: [t.importId, t.recordNumber] }),
    // The first record of a file wins: a lead is updated by an import once. The lead comes first in the index, so
    // that erasing it finds what points to it.
    uniqueIndex("import_matches_lead").on(t.leadId, t.importId),
  ],
);

/** The warnings of a chunk: how many of each kind and column, and the first records with their kinds. */
export interface ChunkWarnings {
  groups: [code: string, column: string, count: number][];
  /** The number of the record, the place of its group in `groups`, and the line of the file that the record begins at. */
  records: [record: number, group: number, line?: number][];
  /** Whether the groups count records that were rejected after all; `records` then goes beyond those that are listed. */
  mayBeRejected?: true;
}
