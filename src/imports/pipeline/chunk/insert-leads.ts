import type { ChunkOfOutcomes, ChunkTarget } from "./chunk.ts";
import { cellOf, KEY, nameOf, RECORD, ROW_COLUMNS, ROWS } from "./lead-rows.ts";

/** What a lead has where its record says nothing. */
const DEFAULTS: Partial<Record<(typeof ROW_COLUMNS)[number], string>> = { source: "?6", stageId: "?7" };

const COLUMNS = `(company_id, campaign_id, import_id, created_at, updated_at, record_number, dedupe_key,
  ${ROW_COLUMNS.map(nameOf).join(", ")}, duplicate_of)`;

const VALUES = `?2, ?3, ?4, ?5, ?5, ${RECORD}, ${KEY}, ${ROW_COLUMNS.map((column) => {
  const otherwise = DEFAULTS[column];
  return otherwise === undefined ? cellOf(column) : `coalesce(${cellOf(column)}, ${otherwise})`;
}).join(", ")}`;

/** Of several records of one person the first is inserted, and none where the company has that person already. */
const INSERT_FIRST = `${ROWS} INSERT OR FAIL INTO leads ${COLUMNS} SELECT ${VALUES}, NULL FROM rows WHERE true
  ON CONFLICT (company_id, dedupe_key) WHERE duplicate_of IS NULL AND deleted_at IS NULL DO NOTHING`;

/** What found its key taken, by an earlier lead or an earlier record, becomes a copy of that one. */
const INSERT_COPIES = `${ROWS} INSERT OR FAIL INTO leads ${COLUMNS}
  SELECT ${VALUES}, (SELECT o.id FROM leads o
    WHERE o.company_id = ?2 AND o.dedupe_key = ${KEY} AND o.duplicate_of IS NULL AND o.deleted_at IS NULL)
  FROM rows
  WHERE ${RECORD} NOT IN (SELECT l.record_number FROM leads l WHERE l.id > (
    SELECT c.leads_after FROM import_chunks c WHERE c.import_id = ?4 AND c.first_record = ?8))`;

/**
 * Statements that insert the leads of a chunk.
 *
 * @param rows JSON, see {@link ROWS}.
 * @param now milliseconds since 1970.
 */
export function insertLeads(
  db: D1Database,
  target: ChunkTarget,
  { firstRecord }: ChunkOfOutcomes,
  rows: string,
  now: number,
): D1PreparedStatement[] {
  const { companyId, campaignId, id, source, initialStageId } = target;
  const bindings = [rows, companyId, campaignId, id, now, source, initialStageId];
  const first = db.prepare(INSERT_FIRST).bind(...bindings);
  if (target.onDuplicate !== "create") return [first];
  return [first, db.prepare(INSERT_COPIES).bind(...bindings, firstRecord)];
}
