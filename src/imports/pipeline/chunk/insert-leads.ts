import type { Candidate, Decisions } from "../../matching/decide-outcomes.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "./chunk.ts";
import { cellOf, extraCell, leadRow, nameOf, parametersOf, RECORD, ROW_COLUMNS, ROWS } from "./lead-rows.ts";

/** The values of a lead whose record has none. */
const DEFAULTS: Partial<Record<(typeof ROW_COLUMNS)[number], string>> = { source: "?6", stageId: "?7" };

const COLUMNS = `(company_id, campaign_id, import_id, created_at, updated_at, record_number,
  ${ROW_COLUMNS.map(nameOf).join(", ")}, duplicate_of)`;

const VALUES = `?2, ?3, ?4, ?5, ?5, ${RECORD}, ${ROW_COLUMNS.map((column) => {
  const otherwise = DEFAULTS[column];
  return otherwise === undefined ? cellOf(column) : `coalesce(${cellOf(column)}, ${otherwise})`;
}).join(", ")}`;

const INSERT = `${ROWS} INSERT OR FAIL INTO leads ${COLUMNS} SELECT ${VALUES}, NULL FROM rows`;

/** The lead that a copy is of: by its id, or by the record of this very chunk that it comes from. */
const [CANONICAL_ID, CANONICAL_RECORD] = [extraCell(0), extraCell(1)];

const INSERT_COPIES = `${ROWS}, created(id, record) AS MATERIALIZED (
    SELECT id, record_number FROM leads WHERE id > (
      SELECT leads_after FROM import_chunks WHERE import_id = ?4 AND first_record = ?8))
  INSERT OR FAIL INTO leads ${COLUMNS}
  SELECT ${VALUES}, coalesce(${CANONICAL_ID}, created.id)
  FROM rows LEFT JOIN created ON created.record = CAST(${CANONICAL_RECORD} AS INTEGER)`;

/**
 * Statements that insert the leads of a chunk, those that others are copies of first.
 *
 * @param now milliseconds since 1970.
 */
export function insertLeads(
  db: D1Database,
  target: ChunkTarget,
  { firstRecord }: ChunkOfOutcomes,
  { created, copies }: Decisions,
  now: number,
): D1PreparedStatement[] {
  const { companyId, campaignId, id, source, initialStageId } = target;
  const bindings = [companyId, campaignId, id, now, source, initialStageId];
  const copyRow = ({
    candidate,
    of,
  }: {
    candidate: Candidate;
    of: { id: number | null; record: number | null };
  }) => [...leadRow(candidate), of.id, of.record];
  return [
    ...parametersOf(created.map(leadRow)).map((rows) => db.prepare(INSERT).bind(rows, ...bindings)),
    ...parametersOf(copies.map(copyRow)).map((rows) =>
      db.prepare(INSERT_COPIES).bind(rows, ...bindings, firstRecord),
    ),
  ];
}
