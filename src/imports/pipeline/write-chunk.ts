import { queryBuilder } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import type { Lease } from "../../jobs/lease.ts";
import type { LeadRecord, Rejection } from "../../leads/lead-record.ts";
import type { LeadLimit } from "../../memberships/lead-limit.ts";
import { markAnswers } from "../../questions/mark-answers.ts";
import { STATUS } from "../status.ts";
import { addToLeadCount, assertLeadQuota, isLeadQuotaError, rejectBeyondLimit } from "./limit-leads.ts";
import { Superseded } from "./superseded.ts";

/** The import that a chunk belongs to, as far as writing needs it. */
export interface ChunkTarget {
  id: number;
  companyId: number;
  campaignId: number | null;
  onDuplicate: "skip" | "update" | "create";
  source: string | null;
  /** The stage of leads whose record names none. */
  initialStageId: number;
  /** How many leads the company may have, where there is a limit. */
  leadLimit: LeadLimit | null;
  /** Renewed by every chunk, as long as it is held. */
  lease: Lease;
  /** The ids of the questions of the file that have options. */
  choices: ReadonlySet<string>;
}

/** Records that go in together, each with its number in the file. */
export interface ChunkOfOutcomes {
  firstRecord: number;
  records: number;
  startOffset: number;
  endOffset: number;
  nextLine: number;
  /** With the cells of each: a limit may reject what is a lead otherwise. */
  leads: { record: number; lead: LeadRecord; cells: string[] }[];
  rejections: { record: number; rejection: Rejection; cells: string[] }[];
}

/**
 * Writes one chunk with all that follows from it, in one transaction: its leads, its rejected records, the
 * ledger's counters and the checkpoint.
 *
 * Its first statement takes the chunk's place in the import's one line of chunks. Where that place is taken, or
 * the checkpoint is elsewhere, or the import is over, the statement breaks a constraint and the whole batch
 * rolls back: however often a message is delivered, a chunk counts once.
 *
 * Where it creates more leads than their limit allows, it is written a second time, without those beyond it.
 *
 * @param now milliseconds since 1970.
 * @throws {Superseded} where nothing was written because it need not be.
 */
export async function writeChunk(
  tenant: Tenant,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  now: number,
): Promise<void> {
  const db = tenant.client;
  const limit = target.leadLimit;
  const statements = statementsOf(
    db,
    target,
    chunk,
    limit ? [assertLeadQuota(db, target.companyId, limit)] : [],
    now,
  );
  try {
    return await writeOnce(db, statements);
  } catch (error) {
    if (!limit || !isLeadQuotaError(error)) throw error;
  }
  const cells = parametersOf(chunk.leads.map(({ record, cells }) => [record, cells.map(withoutControls)]));
  const rejections = rejectBeyondLimit(db, target.id, chunk, limit, cells);
  const limited = statementsOf(db, target, chunk, rejections, now);
  await writeOnce(db, limited);
}

/** @throws {Superseded} where the chunk's place is taken. */
async function writeOnce(db: D1Database, statements: D1PreparedStatement[]): Promise<void> {
  try {
    await db.batch(statements);
  } catch (error) {
    if (error instanceof Error && /constraint failed: import_chunks\./.test(error.message)) {
      throw new Superseded(error.message);
    }
    throw error;
  }
}

/** @param limiting what keeps the leads that were just inserted within their limit. */
function statementsOf(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  limiting: D1PreparedStatement[],
  now: number,
): D1PreparedStatement[] {
  const { firstRecord, records } = chunk;
  const lastRecord = firstRecord + records - 1;
  const warned = chunk.leads.flatMap(({ record, lead }) => (lead.warnings ? [record] : []));

  const statements = [
    db
      .prepare(
        `INSERT INTO import_chunks
           (import_id, first_record, records, start_offset, end_offset, leads_after, written_at)
         VALUES (
           (SELECT id FROM imports
            WHERE id = ?1 AND status = ${STATUS.processing} AND next_record = ?2 AND checkpoint_offset = ?4),
           ?2, ?3, ?4, ?5, (SELECT coalesce(max(id), 0) FROM leads), ?6)`,
      )
      .bind(target.id, firstRecord, records, chunk.startOffset, chunk.endOffset, now),
  ];
  for (const rows of parametersOf(chunk.leads.map(leadRow))) {
    statements.push(...leadStatements(db, target, chunk, rows, now));
  }
  statements.push(
    ...addToLeadCount(db, target, firstRecord),
    ...limiting,
    ...markAnswers(
      queryBuilder,
      target.companyId,
      chunk.leads.map(({ lead }) => lead.answers),
      (question) => target.choices.has(question),
    ).map((statement) => prepared(db, statement.getSQL())),
  );
  for (const rows of parametersOf(chunk.rejections.map(rejectionRow))) {
    statements.push(
      db
        .prepare(
          `INSERT OR FAIL INTO import_rejections (import_id, record_number, code, reason, cells)
           SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2)`,
        )
        .bind(target.id, rows),
    );
  }
  statements.push(
    db
      .prepare(
        `UPDATE import_chunks SET leads_up_to = (SELECT coalesce(max(id), 0) FROM leads)
         WHERE import_id = ?1 AND first_record = ?2`,
      )
      .bind(target.id, firstRecord),
    // The counters come from what this transaction wrote, not from what the consumer thinks it wrote.
    db
      .prepare(
        `UPDATE imports SET
           (created_records, updated_records, unchanged_records, failed_records, duplicate_records,
            warning_records) = (
             SELECT
               imports.created_records + created, imports.updated_records + updated,
               imports.unchanged_records + unchanged, imports.failed_records + failed,
               imports.duplicate_records + ?3 - created - updated - unchanged - failed,
               imports.warning_records + warned_leads + warned_matches
             FROM (SELECT
               l.created, l.warned AS warned_leads,
               (SELECT count(*) FROM import_matches m
                WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4 AND m.changed) AS updated,
               (SELECT count(*) FROM import_matches m
                WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4 AND NOT m.changed) AS unchanged,
               (SELECT count(*) FROM import_rejections r
                WHERE r.import_id = ?1 AND r.record_number BETWEEN ?2 AND ?4) AS failed,
               (SELECT count(*) FROM import_matches m
                WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4
                  AND m.record_number IN (SELECT value FROM json_each(?5))) AS warned_matches
               FROM (
                 SELECT count(*) AS created,
                   count(*) FILTER (WHERE record_number IN (SELECT value FROM json_each(?5))) AS warned
                 FROM leads
                 WHERE id > (SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)
               ) l)),
           checkpoint_offset = ?6, next_record = ?2 + ?3, next_line = ?7, moved_at = ?8,
           leased_until = iif(lease_id = ?9, ?8 + ?10, leased_until)
         WHERE id = ?1`,
      )
      .bind(
        target.id,
        firstRecord,
        records,
        lastRecord,
        JSON.stringify(warned),
        chunk.endOffset,
        chunk.nextLine,
        now,
        target.lease.id,
        target.lease.ms,
      ),
  );
  return statements;
}

/** D1 takes 2 MB in one parameter; some room is left. */
const PARAMETER_BYTES = 1_900_000;

/** Rows as JSON, in as few parameters as D1 takes: mostly one. */
function parametersOf(rows: unknown[][]): string[] {
  if (rows.length === 0) return [];
  const json = JSON.stringify(rows);
  // A UTF-16 unit is three bytes at the most, so that short ones need not be measured.
  const fits = json.length * 3 <= PARAMETER_BYTES || Buffer.byteLength(json) <= PARAMETER_BYTES;
  if (fits || rows.length === 1) return [json];
  const half = rows.length >> 1;
  return [...parametersOf(rows.slice(0, half)), ...parametersOf(rows.slice(half))];
}

/**
 * The rows of a chunk, each as the text of its array: materialised, because SQLite would otherwise write that
 * text anew for every column that is taken out of it.
 *
 * What inserts them says OR FAIL: the batch rolls back as a whole anyway, so that no statement has to keep a
 * journal of its own (which the deferred foreign keys of leads allow).
 */
const ROWS = "WITH rows(v) AS MATERIALIZED (SELECT value FROM json_each(?1))";

/** The same with the record's number beside it, as an integer that SQLite can join by. */
const NUMBERED_ROWS =
  "WITH rows(record, v) AS MATERIALIZED (SELECT CAST(value->>0 AS INTEGER), value FROM json_each(?1))";

/** The dedupe key of a row, what makes it the same person as another: the e-mail, else the E.164 phone. */
const KEY = "coalesce(v->>1, v->>2)";

function leadStatements(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  rows: string,
  now: number,
): D1PreparedStatement[] {
  const columns = `(company_id, campaign_id, import_id, created_at, updated_at, record_number, dedupe_key,
    email, phone, phone_raw, first_name, last_name, company_name, job_title, city, state, country,
    source, stage_id, notes, external_id, answers, custom_fields, duplicate_of)`;
  const values = `?2, ?3, ?4, ?5, ?5, v->>0, ${KEY}, v->>1, v->>2, v->>3, v->>4, v->>5, v->>6, v->>7, v->>8,
    v->>9, v->>10, coalesce(v->>11, ?6), coalesce(v->>12, ?7), v->>13, v->>14, v->>15, v->>16`;
  const bindings = [
    rows,
    target.companyId,
    target.campaignId,
    target.id,
    now,
    target.source,
    target.initialStageId,
  ];
  const insertFirst = db
    .prepare(
      `${ROWS} INSERT OR FAIL INTO leads ${columns} SELECT ${values}, NULL FROM rows WHERE true
       ON CONFLICT (company_id, dedupe_key) WHERE duplicate_of IS NULL AND deleted_at IS NULL DO NOTHING`,
    )
    .bind(...bindings);

  switch (target.onDuplicate) {
    case "skip":
      return [insertFirst];
    case "update":
      return [...updateStatements(db, target, chunk, rows, now), insertFirst];
    case "create":
      return [
        insertFirst,
        // Whatever found its key taken, by an earlier lead or an earlier record, becomes a copy of that one.
        db
          .prepare(
            `${ROWS} INSERT OR FAIL INTO leads ${columns}
             SELECT ${values}, (SELECT o.id FROM leads o
               WHERE o.company_id = ?2 AND o.dedupe_key = ${KEY} AND o.duplicate_of IS NULL AND o.deleted_at IS NULL)
             FROM rows
             WHERE v->>0 NOT IN (SELECT l.record_number FROM leads l WHERE l.id > (
               SELECT c.leads_after FROM import_chunks c WHERE c.import_id = ?4 AND c.first_record = ?8))`,
          )
          .bind(...bindings, chunk.firstRecord),
      ];
  }
}

/** A lead's own columns that a later record may fill in or change, with their place in the row. */
const UPDATABLE = {
  email: 1,
  phone: 2,
  first_name: 4,
  last_name: 5,
  company_name: 6,
  job_title: 7,
  city: 8,
  state: 9,
  country: 10,
  source: 11,
  stage_id: 12,
  notes: 13,
  external_id: 14,
};

/** What of a lead would be another after the record: an empty cell says nothing, so it changes nothing. */
const CHANGES = [
  ...Object.entries(UPDATABLE).map(([column, at]) => `coalesce(v->>${at}, l.${column}) IS NOT l.${column}`),
  `${phoneRaw("l")} IS NOT l.phone_raw`,
  "(l.campaign_id IS NULL AND ?3 IS NOT NULL)",
  ...["answers", "custom_fields"].map(
    (column, index) => `${patched(`l.${column}`, 15 + index)} IS NOT l.${column}`,
  ),
].join(" OR ");

/** RFC 7396: keys that the record has replace the lead's, the others stay. */
function patched(column: string, at: number): string {
  return `iif(v->>${at} IS NULL, ${column}, json_patch(coalesce(${column}, '{}'), v->>${at}))`;
}

/** The phone as it was written stays beside the phone that it was read as; another phone brings its own. */
function phoneRaw(table: string): string {
  return `CASE
    WHEN v->>2 IS NOT NULL AND v->>2 IS NOT ${table}.phone THEN v->>3
    WHEN v->>2 IS NOT NULL OR ${table}.phone IS NULL THEN coalesce(v->>3, ${table}.phone_raw)
    ELSE ${table}.phone_raw
  END`;
}

function updateStatements(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  rows: string,
  now: number,
): D1PreparedStatement[] {
  return [
    // Leads that this import created, or has met before, are left alone: the first record of a file wins.
    db
      .prepare(
        `${NUMBERED_ROWS} INSERT INTO import_matches (import_id, record_number, lead_id, changed)
         SELECT ?4, record, l.id, ${CHANGES}
         FROM rows CROSS JOIN leads l
           ON l.company_id = ?2 AND l.dedupe_key = ${KEY} AND l.duplicate_of IS NULL AND l.deleted_at IS NULL
         WHERE l.import_id IS NOT ?4
         ON CONFLICT (import_id, lead_id) DO NOTHING`,
      )
      .bind(rows, target.companyId, target.campaignId, target.id),
    db
      .prepare(
        `${NUMBERED_ROWS} INSERT INTO lead_stage_changes
           (company_id, lead_id, from_stage_id, to_stage_id, changed_at)
         SELECT l.company_id, l.id, l.stage_id, v->>12, ?3
         FROM rows JOIN import_matches m ON m.import_id = ?2 AND m.record_number = rows.record AND m.changed
           JOIN leads l ON l.id = m.lead_id
         WHERE v->>12 <> l.stage_id`,
      )
      .bind(rows, target.id, now),
    db
      .prepare(
        `${NUMBERED_ROWS} UPDATE leads SET
           ${Object.entries(UPDATABLE)
             .map(([column, at]) => `${column} = coalesce(v->>${at}, leads.${column})`)
             .join(", ")},
           phone_raw = ${phoneRaw("leads")},
           answers = ${patched("leads.answers", 15)},
           custom_fields = ${patched("leads.custom_fields", 16)},
           campaign_id = coalesce(leads.campaign_id, ?2),
           version = leads.version + 1,
           updated_at = ?4
         FROM rows, import_matches m
         WHERE m.import_id = ?3 AND m.record_number = rows.record AND m.changed AND leads.id = m.lead_id
           AND m.record_number BETWEEN ?5 AND ?6`,
      )
      .bind(
        rows,
        target.campaignId,
        target.id,
        now,
        chunk.firstRecord,
        chunk.firstRecord + chunk.records - 1,
      ),
  ];
}

/** Arrays, not objects: SQLite reads them twice as fast. */
function leadRow({ record, lead }: { record: number; lead: LeadRecord }): unknown[] {
  return [
    record,
    lead.email,
    lead.phone,
    lead.phoneRaw,
    lead.firstName,
    lead.lastName,
    lead.companyName,
    lead.jobTitle,
    lead.city,
    lead.state,
    lead.country,
    lead.source,
    lead.stageId,
    lead.notes,
    lead.externalId,
    lead.answers,
    lead.customFields,
  ];
}

function rejectionRow({ record, rejection, cells }: ChunkOfOutcomes["rejections"][number]): unknown[] {
  return [record, rejection.code, rejection.reason, cells.map(withoutControls)];
}

/** Takes out characters that no text has; as JSON each of them would weigh six bytes. */
function withoutControls(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return cell.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
}
