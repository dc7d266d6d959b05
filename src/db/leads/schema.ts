import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  blob,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { Mapping } from "../../imports/columns/mapping.ts";
import type { Encoding } from "../../imports/readers/encodings/encodings.ts";
import type { ReadingHints } from "../../imports/reading-hints.ts";
import type { Unpacked } from "../../imports/unpack/unpacked.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";

/**
 * A lead store: what companies work with. Times are milliseconds since 1970, UTC.
 *
 * Links inside a store carry the company, so that a link into another company fails in SQLite itself.
 */

export { keyedRequests } from "../keyed-requests.ts";

export const campaigns = sqliteTable(
  "campaigns",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    status: text({ enum: ["draft", "active", "paused", "ended"] }).notNull(),
    startsAt: integer("starts_at"),
    endsAt: integer("ends_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [uniqueIndex("campaigns_company").on(t.companyId, t.id)],
);

export const questions = sqliteTable(
  "questions",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    campaignId: integer("campaign_id").notNull(),
    key: text().notNull(),
    text: text().notNull(),
    kind: text({ enum: ["single_choice", "multiple_choice", "text", "number", "date", "boolean"] }).notNull(),
    required: integer({ mode: "boolean" }).notNull().default(false),
    position: integer().notNull(),
    /** No longer asked, but kept for the answers that it has. */
    archived: integer({ mode: "boolean" }).notNull().default(false),
    /** Whether some lead has ever answered it. */
    answered: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    uniqueIndex("questions_company").on(t.companyId, t.id),
    uniqueIndex("questions_campaign_key").on(t.companyId, t.campaignId, t.key),
    foreignKey({ columns: [t.companyId, t.campaignId], foreignColumns: [campaigns.companyId, campaigns.id] }),
  ],
);

export const questionOptions = sqliteTable(
  "question_options",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    questionId: integer("question_id").notNull(),
    label: text().notNull(),
    value: text().notNull(),
    position: integer().notNull(),
    archived: integer({ mode: "boolean" }).notNull().default(false),
    /**
     * Whether some lead has ever chosen it, so that nobody has to look through all leads to know.
     */
    answered: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    uniqueIndex("question_options_value").on(t.companyId, t.questionId, t.value),
    foreignKey({ columns: [t.companyId, t.questionId], foreignColumns: [questions.companyId, questions.id] }),
  ],
);

/**
 * A period in which a company collects leads; those of a company never overlap, by a trigger. A lead belongs to the
 * cycle in which it arrived.
 */
export const cycles = sqliteTable(
  "cycles",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    startsAt: integer("starts_at").notNull(),
    /** The first instant that is no longer of it. */
    endsAt: integer("ends_at").notNull(),
    leadGoal: integer("lead_goal"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    index("cycles_company").on(t.companyId, t.startsAt),
    check("cycles_end_after_start", sql`${t.endsAt} > ${t.startsAt}`),
  ],
);

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
    failureCode: text("failure_code"),
    failureDetail: text("failure_detail"),

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
  },
  (t) => [
    index("imports_without_ancestors").on(t.companyId).where(sql`${t.ancestors} IS NULL`),
    uniqueIndex("imports_company").on(t.companyId, t.id),
    index("imports_company_file").on(t.companyId, t.fileSha256),
    index("imports_turns").on(t.companyId, t.id).where(sql`${t.status} IN (0, 1)`),
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

/** One row for each chunk that was written; the leads it created are those with an id in its range. */
export const importChunks = sqliteTable(
  "import_chunks",
  {
    importId: integer("import_id")
      .notNull()
      .references(() => imports.id),
    firstRecord: integer("first_record").notNull(),
    records: integer().notNull(),
    startOffset: integer("start_offset").notNull(),
    endOffset: integer("end_offset").notNull(),
    /** The highest lead id in the store before this chunk, and after it. */
    leadsAfter: integer("leads_after").notNull(),
    leadsUpTo: integer("leads_up_to"),
    writtenAt: integer("written_at").notNull(),
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
  },
  (t) => [
    primaryKey({ columns: [t.importId, t.recordNumber] }),
    // The first record of a file wins: a lead is updated by an import once. The lead comes first in the index, so
    // that erasing it finds what points to it.
    uniqueIndex("import_matches_lead").on(t.leadId, t.importId),
  ],
);

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

/**
 * How many leads a company has, deleted ones aside, for its membership's limit: counting a million rows for each
 * chunk of an import would cost more than writing it. Every insert of leads raises it in the same transaction; what
 * is deleted, restored or erased is counted by triggers, which an import never meets.
 */
export const leadCounts = sqliteTable("lead_counts", {
  companyId: integer("company_id").primaryKey(),
  leads: integer().notNull(),
  /**
   * Raised, by triggers, with whatever may make a record another lead's person: leads that come and go, and other
   * e-mails, phones and external ids. Who looked leads up sees by it whether what was found still holds.
   */
  identityVersion: integer("identity_version").notNull().default(0),
});

/**
 * How many leads a campaign has, deleted ones aside. Kept as {@link leadCounts} are: who inserts leads raises it, the
 * rest is counted by triggers.
 */
export const campaignCounts = sqliteTable("campaign_counts", {
  campaignId: integer("campaign_id").primaryKey(),
  leads: integer().notNull(),
});

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

/** The places whose leads certain users work. A place falls into the first territory by priority that takes it in. */
export const territories = sqliteTable(
  "territories",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    /** From 1, without gaps; below 0 only half-way through a change of the order. */
    priority: integer().notNull(),
    /** ISO 3166-1 alpha-2. An empty list takes in any place, here as below. */
    countries: text({ mode: "json" }).$type<string[]>().notNull(),
    states: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The states folded, as they are compared. */
    stateKeys: text("state_keys", { mode: "json" }).$type<string[]>().notNull(),
    cities: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The cities folded, as they are compared. */
    cityKeys: text("city_keys", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("territories_company").on(t.companyId, t.id),
    uniqueIndex("territories_priority").on(t.companyId, t.priority),
  ],
);

export const territoryUsers = sqliteTable(
  "territory_users",
  {
    territoryId: integer("territory_id").notNull(),
    /** A user of the directory. */
    userId: integer("user_id").notNull(),
    companyId: integer("company_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.territoryId, t.userId] }),
    foreignKey({
      columns: [t.companyId, t.territoryId],
      foreignColumns: [territories.companyId, territories.id],
    }),
  ],
);

/**
 * A person that was erased, and how far the work is that their erasing leaves to be done: error files, originals,
 * the index. Who it was is kept for as long as that takes.
 */
export const erasures = sqliteTable(
  "erasures",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    /** A user of the directory. */
    requestedBy: integer("requested_by").notNull(),
    /** What the person is found by; `null` once it is done. */
    person: text({ mode: "json" }).$type<ErasedPerson>(),
    /** The last import that was there: a later one does not name the person by anything that was erased. */
    importsUpTo: integer("imports_up_to").notNull(),
    /** What is being done, and the checkpoint: the import that was done last, and how far the next one is. */
    phase: text({ enum: ["error_files", "originals", "index", "done"] })
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
  /** The imports that are known to name them. */
  importIds: number[];
}

/**
 * Audit events of this store on their way into the directory's trail: written in the transaction of what they tell
 * of, and deleted once they have arrived.
 */
export const auditOutbox = sqliteTable("audit_outbox", {
  id: integer().primaryKey({ autoIncrement: true }),
  /** What the directory knows an event by that it has already. */
  sourceId: text("source_id").notNull(),
  companyId: integer("company_id").notNull(),
  /** A user of the directory; `null` for the system. */
  actorId: integer("actor_id"),
  action: text().notNull(),
  objectType: text("object_type").notNull(),
  objectId: integer("object_id").notNull(),
  details: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  ip: text(),
  userAgent: text("user_agent"),
  requestId: text("request_id"),
  createdAt: integer("created_at").notNull(),
});

/** Rows of zeros, for a moment: they take the pages that were freed, and what was erased is written over. */
export const fillers = sqliteTable("fillers", {
  id: integer().primaryKey(),
  bytes: blob().notNull(),
});
