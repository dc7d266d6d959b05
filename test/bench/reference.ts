import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import Papa from "papaparse";
import * as z from "zod";
import { ROOT } from "../../src/cli/root.ts";
import { CAMPAIGN } from "../../src/cli/seed/data.ts";
import { leads } from "../../src/db/leads/schema.ts";
import { type CleaningContext, cleanRecord, isRejection } from "../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../src/imports/columns/match-columns.ts";
import { FIELD_LIST, type Field } from "../../src/leads/fields.ts";
import type { LeadRecord, RecordWarning } from "../../src/leads/lead-record.ts";
import { COUNTRY } from "../fixtures/generate-leads.ts";
import { ASKED, STAGE_CATALOGUE } from "../fixtures/spring-2026.ts";

export interface ReferenceResult {
  seconds: number;
  total: number;
  created: number;
  duplicate: number;
  failed: number;
  warnings: number;
}

const BLOCK_BYTES = 4 * 1024 * 1024;
const LF = 0x0a;
const QUOTE = 0x22;

/**
 * Imports a file of leads as directly as this machine can: one process, one transaction, prepared inserts. It
 * stands for the limit that an import through HTTP, object storage, a queue and a database service is measured
 * against.
 *
 * The table, its indexes and foreign keys are the product's (from its migrations), and so is the cleaning. The
 * file comes in blocks of whole records through Papa Parse, every lead passes a zod schema, one that is
 * the person of a lead is a duplicate, rejected records are kept with their reason. The database is a file with WAL and
 * `synchronous=NORMAL`.
 *
 * @param path a CSV in UTF-8 with CRLF and commas, as `generateLeads` makes it with `lineEnding: "crlf"`.
 * @param folder where the database is put; it must not hold one yet.
 * @returns the counters, and the seconds from opening the file to the commit.
 */
export function importReference(path: string, folder: string): ReferenceResult {
  const db = openDatabase(join(folder, "reference.sqlite"));
  try {
    const start = performance.now();
    const counters = importFile(db, path);
    return { seconds: (performance.now() - start) / 1000, ...counters };
  } finally {
    db.close();
  }
}

function importFile(db: DatabaseSync, path: string): Omit<ReferenceResult, "seconds"> {
  const counters = { total: 0, created: 0, duplicate: 0, failed: 0, warnings: 0 };
  const insertLead = db.prepare(INSERT_LEAD);
  const findLeads = db.prepare(FIND_LEADS);
  const insertRejection = db.prepare(
    "INSERT INTO import_rejections (import_id, record_number, code, reason, cells) VALUES (1, ?, ?, ?, ?)",
  );
  let context: CleaningContext | undefined;

  db.exec("BEGIN");
  for (const block of blocksOf(path)) {
    for (const cells of Papa.parse<string[]>(block, { delimiter: ",", newline: "\r\n" }).data) {
      if (cells.every((cell) => cell === "")) continue;
      if (context === undefined) {
        context = { columns: matchColumns(cells, null, ASKED), country: COUNTRY, stages: STAGE_CATALOGUE };
        continue;
      }
      counters.total++;
      const outcome = cleanRecord(cells, context, false);
      if (isRejection(outcome)) {
        counters.failed++;
        insertRejection.run(counters.total, outcome.code, outcome.reason, JSON.stringify(cells));
        continue;
      }
      const lead = Lead.parse(outcome);
      const met = findLeads.all({ email: lead.email, phone: lead.phone });
      if (met.length > 1) {
        counters.failed++;
        insertRejection.run(counters.total, "ambiguous_match", "", JSON.stringify(cells));
      } else if (met.length > 0) {
        counters.duplicate++;
      } else {
        insertLead.run(...rowOf(lead, counters.total));
        counters.created++;
        if (lead.warnings) counters.warnings++;
      }
    }
  }
  db.prepare(
    `UPDATE imports SET status = 3, total_records = ?1, next_record = ?1 + 1, created_records = ?2,
       duplicate_records = ?3, failed_records = ?4, warning_records = ?5 WHERE id = 1`,
  ).run(counters.total, counters.created, counters.duplicate, counters.failed, counters.warnings);
  db.exec("COMMIT");
  return counters;
}

/** The file as text in blocks that end where a record does: at a newline that no open quote precedes. */
function* blocksOf(path: string): Generator<string> {
  const file = openSync(path, "r");
  let rest = Buffer.alloc(0);
  for (;;) {
    const read = Buffer.allocUnsafe(BLOCK_BYTES);
    const length = readSync(file, read);
    if (length === 0) break;
    const bytes = Buffer.concat([rest, read.subarray(0, length)]);
    const end = lastRecordEnd(bytes);
    if (end > 0) yield bytes.toString("utf8", 0, end);
    rest = bytes.subarray(end);
  }
  closeSync(file);
  if (rest.length > 0) yield rest.toString("utf8");
}

function lastRecordEnd(bytes: Buffer): number {
  let quoted = false;
  let end = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === LF && !quoted) end = index + 1;
  }
  return end;
}

const ROW_FIELDS = FIELD_LIST.map(({ column }) => column);

const KINDS: Partial<Record<Field["kind"], z.ZodType>> = {
  phone: z
    .string()
    .regex(/^\+\d{6,15}$/)
    .nullable(),
  stage: z.int().nullable(),
};

const Lead = z.object({
  ...Object.fromEntries(
    FIELD_LIST.map(({ column, kind, maxLength }) => [
      column,
      KINDS[kind] ?? z.string().max(maxLength).nullable(),
    ]),
  ),
  answers: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .nullable(),
  customFields: z.record(z.string(), z.string()).nullable(),
  clears: z.null(),
  warnings: z
    .array(
      z.object({
        code: z.custom<RecordWarning["code"]>(),
        column: z.string(),
        value: z.string(),
        reason: z.string(),
      }),
    )
    .nullable(),
}) as unknown as z.ZodType<LeadRecord>;

/** The leads that are the same person. */
const FIND_LEADS = `
  SELECT id FROM leads WHERE company_id = ${CAMPAIGN.companyId} AND email = $email
    AND duplicate_of IS NULL AND deleted_at IS NULL
  UNION SELECT id FROM leads WHERE company_id = ${CAMPAIGN.companyId} AND phone = $phone
    AND duplicate_of IS NULL AND deleted_at IS NULL AND (email IS NULL OR $email IS NULL)`;

const INSERT_LEAD = `
  INSERT INTO leads (company_id, campaign_id, import_id, record_number,
    ${ROW_FIELDS.map((column) => leads[column].name)}, answers, custom_fields, created_at, updated_at)
  VALUES (${CAMPAIGN.companyId}, ${CAMPAIGN.id}, 1, ?, ${ROW_FIELDS.map(() => "?")}, ?, ?, ?, ?)`;

function rowOf(lead: LeadRecord, recordNumber: number) {
  const now = Date.now();
  return [
    recordNumber,
    ...ROW_FIELDS.map((column) => lead[column] ?? (column === "stageId" ? 1 : null)),
    lead.answers && JSON.stringify(lead.answers),
    lead.customFields && JSON.stringify(lead.customFields),
    now,
    now,
  ];
}

/** The product's lead store in a file, with the campaign and the import that the leads belong to. */
function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const folder = join(ROOT, "migrations/leads");
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith(".sql")) db.exec(readFileSync(join(folder, file), "utf8"));
  }
  db.exec(`
    INSERT INTO campaigns (id, company_id, name, status, created_at, updated_at)
      VALUES (${CAMPAIGN.id}, ${CAMPAIGN.companyId}, 'Spring 2026', 'active', 0, 0);
    INSERT INTO imports (id, import_code, company_id, campaign_id, imported_by, on_duplicate, file_name, file_bytes,
      file_sha256, file_key, encoding, created_at, moved_at)
      VALUES (1, 'reference', ${CAMPAIGN.companyId}, ${CAMPAIGN.id}, 1, 'skip', 'leads.csv', 0, '', '', 'utf-8', 0, 0);`);
  return db;
}

if (import.meta.main) {
  const [path = "", folder = ""] = process.argv.slice(2);
  console.log(JSON.stringify(importReference(path, folder)));
}
