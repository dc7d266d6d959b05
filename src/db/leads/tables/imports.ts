import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { FailureCode } from "../../../imports/codes/failures.ts";
import type { Mapping } from "../../../imports/columns/mapping.ts";
import type { Encoding } from "../../../imports/readers/encodings/encodings.ts";
import type { ReadingHints } from "../../../imports/reading-hints.ts";
import type { Unpacked } from "../../../imports/unpack/unpacked.ts";
import type { MatchKey } from "../../../leads/duplicates/match-keys.ts";
import { campaigns } from "./campaigns.ts";

export const imports = sqliteTable(
  "imports",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    importCode: text("import_code").notNull().unique(),
    companyId: integer("company_id").notNull(),
    campaignId: integer("campaign_id"),
    /** A user of the directory. */
    importedBy: integer("imported_by").notNull(),
    status: integer().notNull().default(0),
    onDuplicate: text("on_duplicate", { enum: ["skip", "update", "create"] }).notNull(),
    /** What makes a record the same person as a lead, in this order. */
    matchBy: text("match_by", { mode: "json" })
      .$type<MatchKey[]>()
      .notNull()
      .default(sql`'["email","phone"]'`),
    /** Whether a record that matches no lead becomes one. */
    createMissing: integer("create_missing", { mode: "boolean" }).notNull().default(true),
    /** Target to value, for every record. */
    constants: text({ mode: "json" }).$type<Record<string, string>>(),
    /** What the uploader said: header name to field, `null` for a column to leave out. */
    mapping: text({ mode: "json" }).$type<Mapping>(),
    /** The source of leads whose record names none. */
    source: text(),
    /** The company's country when the file came: reading must not change half-way. */
    country: text(),

    fileName: text("file_name").notNull(),
    fileBytes: integer("file_bytes").notNull(),
    fileSha256: text("file_sha256").notNull(),
    /** Where the original is in R2; empty once it was deleted, because a person in it was erased. */
    fileKey: text("file_key").notNull(),
    encoding: text().$type<Encoding>().notNull(),
    /** Whether that is certain: what is in doubt is said. */
    encodingConfidence: text("encoding_confidence", { enum: ["certain", "likely", "doubtful"] })
      .notNull()
      .default("certain"),
    /** The layout as the sender described it; `null` where it had to be detected. */
    hints: text({ mode: "json" }).$type<Partial<ReadingHints>>(),
    /** What the original was turned into, where its bytes are not what records are read from. */
    unpacked: text({ mode: "json" }).$type<Unpacked>(),
    sameFileAs: text("same_file_as"),
    /** The import whose error file this is. */
    parentImportCode: text("parent_import_code"),

    /** How the file is laid out, read off its head once: delimiter, header, what each column is. */
    layout: text({ mode: "json" }).$type<unknown>(),
    /** The checkpoint: where the next record starts, in bytes, and its number, from 1. */
    checkpointOffset: integer("checkpoint_offset").notNull().default(0),
    nextRecord: integer("next_record").notNull().default(1),
    /** The number of the line where the next record starts, from 1, for messages to a person. */
    nextLine: integer("next_line").notNull().default(1),

    totalRecords: integer("total_records"),
    createdRecords: integer("created_records").notNull().default(0),
    updatedRecords: integer("updated_records").notNull().default(0),
    unchangedRecords: integer("unchanged_records").notNull().default(0),
    duplicateRecords: integer("duplicate_records").notNull().default(0),
    failedRecords: integer("failed_records").notNull().default(0),
    warningRecords: integer("warning_records").notNull().default(0),

    /** The error file while it is being written: its R2 upload, parts so far and where the next one starts. */
    report: text({ mode: "json" }).$type<unknown>(),
    errorFileKey: text("error_file_key"),
    failureCode: text("failure_code").$type<FailureCode>(),
    failureDetail: text("failure_detail"),
    /** Since when somebody wants it stopped; `null` once it has ended. */
    cancelRequestedAt: integer("cancel_requested_at"),

    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    finishedAt: integer("finished_at"),
    /** The last progress: its turn came, its checkpoint moved, it ended. */
    movedAt: integer("moved_at").notNull(),
    /** Until when somebody works on it, and who; see src/jobs/lease.ts. */
    leasedUntil: integer("leased_until"),
    leaseId: text("lease_id"),
    /** When its message is due that nobody has acted on yet; `null` while it waits its turn, and from its lease on. */
    queuedAt: integer("queued_at"),
    /** The companies above its own, as JSON: who has an access there sees it too. `null` until they are looked up. */
    ancestors: text({ mode: "json" }).$type<number[]>(),
    /** The first record whose before-image may still be there; `null` where there is none, and once all are purged. */
    imagesFrom: integer("images_from"),
    /** Whether no lead is written: until it is committed. */
    dryRun: integer("dry_run", { mode: "boolean" }).notNull().default(false),
    /** The custom fields that a dry run would have registered by now. */
    plannedFields: text("planned_fields", { mode: "json" }).$type<string[]>(),
    /** The outcomes of the dry run that it was before it was committed. */
    announced: text({ mode: "json" }).$type<Announced>(),
    /** How many events it has told at most before it began again, or went on: the numbers of those to come are higher. */
    eventsBefore: integer("events_before").notNull().default(0),
    /** How many records of a commit have another outcome than announced; `null` where that is not compared. */
    differingRecords: integer("differing_records"),
    /** When it was committed; `null` of imports that were no dry run, and of dry runs. */
    committedAt: integer("committed_at"),
    /** Whether its records came in a request and not in a file: it has no original, and no list shows it. */
    isBatch: integer("is_batch", { mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    index("imports_without_ancestors").on(t.companyId).where(sql`${t.ancestors} IS NULL`),
    uniqueIndex("imports_company").on(t.companyId, t.id),
    // Those who send leads by requests have far more batches than files: what looks for files passes them over.
    index("imports_files").on(t.companyId, t.id).where(sql`${t.isBatch} = 0`),
    index("imports_all_files").on(t.id).where(sql`${t.isBatch} = 0`),
    index("imports_company_file").on(t.companyId, t.fileSha256),
    index("imports_turns").on(t.companyId, t.id).where(sql`${t.status} IN (0, 1)`),
    index("imports_images").on(t.finishedAt).where(sql`${t.imagesFrom} IS NOT NULL`),
    index("imports_queued").on(t.queuedAt).where(sql`${t.queuedAt} IS NOT NULL`),
    index("imports_file_key").on(t.fileKey).where(sql`${t.fileKey} <> ''`),
    foreignKey({ columns: [t.companyId, t.campaignId], foreignColumns: [campaigns.companyId, campaigns.id] }),
    // Every record that was passed has exactly one outcome.
    check(
      "imports_outcomes_add_up",
      sql`${t.createdRecords} + ${t.updatedRecords} + ${t.unchangedRecords} + ${t.duplicateRecords} + ${t.failedRecords} = ${t.nextRecord} - 1`,
    ),
  ],
);

/** How many records of an import came out as what. */
interface Outcomes {
  created_records: number;
  updated_records: number;
  unchanged_records: number;
  duplicate_records: number;
  failed_records: number;
}

/** What a dry run announced. */
export interface Announced extends Outcomes {
  warning_records: number;
  /** Of those that an earlier version committed: how many events it had told at most. */
  events?: number;
}

/**
 * Each import under its company and under every company above, in the order of ids: a user with an access to an
 * agency finds the imports of all its companies there, page by page. Kept by triggers.
 */
export const importScopes = sqliteTable(
  "import_scopes",
  {
    ancestorId: integer("ancestor_id").notNull(),
    importId: integer("import_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.ancestorId, t.importId] })],
);

/** How many imports a company and all below it have. Kept by triggers. */
export const importCounts = sqliteTable("import_counts", {
  ancestorId: integer("ancestor_id").primaryKey(),
  imports: integer().notNull(),
});
