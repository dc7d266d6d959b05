import { sql } from "drizzle-orm";
import { blob, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * A person that was erased, and how far the work is that their erasing leaves to be done: error files, originals,
 * the index, the space in the database. Who it was is kept for as long as that takes.
 */
export const erasures = sqliteTable(
  "erasures",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    /** A user of the directory. */
    requestedBy: integer("requested_by").notNull(),
    /** What the person is found by, after many spaces (`paddedPerson`); `null` once it is needed no more. */
    person: text({ mode: "json" }).$type<ErasedPerson>(),
    /** The last import that was there: a later one does not name the person by anything that was erased. */
    importsUpTo: integer("imports_up_to").notNull(),
    /** What is being done, and the checkpoint: the import that was done last, and how far the next one is. */
    phase: text({
      enum: ["error_files", "uploads", "answers", "originals", "index", "space", "done", "partial"],
    })
      .notNull()
      .default("error_files"),
    importsDone: integer("imports_done").notNull().default(0),
    progress: text({ mode: "json" }).$type<unknown>(),
    rewrittenErrorFiles: integer("rewritten_error_files").notNull().default(0),
    removedOriginals: integer("removed_originals").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    finishedAt: integer("finished_at"),
    /** As in an import. */
    movedAt: integer("moved_at").notNull(),
    leasedUntil: integer("leased_until"),
    leaseId: text("lease_id"),
    queuedAt: integer("queued_at"),
  },
  (t) => [
    index("erasures_company").on(t.companyId, t.id),
    index("erasures_turns").on(t.companyId, t.id).where(sql`${t.finishedAt} IS NULL`),
  ],
);

/** What tells a person in a file. */
export interface ErasedPerson {
  emails: string[];
  /** The last digits of their phones. */
  phones: string[];
  /** Their full names, as `foldName` writes them: looked for in the names of files, where no other one is theirs. */
  names?: string[];
  /** Looked for in the columns that an import read as such: in other places they can be anything. */
  externalIds?: string[];
  /** The imports that are known to name them. */
  importIds: number[];
  /** Where their rows stood, which are gone. */
  places: Places;
}

/**
 * Where rows of a person stood, by what they are rows of: their rowids, in ascending order. Uploads in parts, with what
 * is known of these, and `answers` are in the directory.
 */
export type Places = Partial<
  Record<
    | ("leads" | "notes" | "requests" | "rejections" | "imports" | "fields" | "matches")
    | ("uploads" | "parts" | "answers"),
    number[]
  >
>;

/** Rows of zeros, for a moment: they take the pages that were freed, and what was erased is written over. */
export const fillers = sqliteTable("fillers", {
  id: integer().primaryKey(),
  bytes: blob().notNull(),
});
