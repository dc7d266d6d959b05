import type { Candidate, Decisions } from "../../../matching/decide-outcomes.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../chunk.ts";
import { nameOf, parametersOf, RECORD, ROW_COLUMNS, ROWS, type RowColumn } from "../lead-rows.ts";

/** What a lead has where its record says nothing. */
const DEFAULTS: Partial<Record<RowColumn, string>> = { source: "?6", stageId: "?7" };

/** The columns in which a lead has a value. Most files fill few of them, and each is looked for in every row. */
function columnsOf(leads: readonly Candidate[]): RowColumn[] {
  return ROW_COLUMNS.filter((column) => leads.some(({ lead }) => lead[column] !== null));
}

/** The row of a lead: its record's number, its values in the columns, then what else is said of it. */
function rowOf(
  { record, lead }: Candidate,
  columns: readonly RowColumn[],
  more: readonly unknown[],
): unknown[] {
  const row: unknown[] = [record];
  for (const column of columns) row.push(lead[column]);
  row.push(...more);
  return row;
}

/** A cell of a row after its record's number, as SQL. */
const cell = (place: number) => `v->>${1 + place}`;

/**
 * @param columns the columns that the rows have cells for.
 * @param duplicateOf the lead that it is a copy of, as SQL.
 */
function insertion(columns: readonly RowColumn[], duplicateOf: string): string {
  const values = new Map<RowColumn, string>(Object.entries(DEFAULTS) as [RowColumn, string][]);
  for (const [place, column] of columns.entries()) {
    const otherwise = DEFAULTS[column];
    values.set(column, otherwise === undefined ? cell(place) : `coalesce(${cell(place)}, ${otherwise})`);
  }
  return `INSERT OR FAIL INTO leads
      (company_id, campaign_id, import_id, created_at, updated_at, record_number,
       ${[...values.keys()].map(nameOf).join(", ")}, duplicate_of)
    SELECT ?2, ?3, ?4, ?5, ?5, ${RECORD}, ${[...values.values()].join(", ")}, ${duplicateOf}`;
}

const insertSql = (columns: readonly RowColumn[]) => `${ROWS} ${insertion(columns, "NULL")} FROM rows`;

/** After the columns a row has the lead that a copy is of: its id, or the record of this chunk that it comes from. */
const insertCopiesSql = (columns: readonly RowColumn[]) => `${ROWS}, created(id, record) AS MATERIALIZED (
    SELECT id, record_number FROM leads WHERE id > (
      SELECT leads_after FROM import_chunks WHERE import_id = ?4 AND first_record = ?8))
  ${insertion(columns, `coalesce(${cell(columns.length)}, created.id)`)}
  FROM rows LEFT JOIN created ON created.record = CAST(${cell(columns.length + 1)} AS INTEGER)`;

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
  const columns = columnsOf(created);
  const copied = columnsOf(copies.map(({ candidate }) => candidate));
  return [
    ...parametersOf(created.map((candidate) => rowOf(candidate, columns, []))).map((rows) =>
      db.prepare(insertSql(columns)).bind(rows, ...bindings),
    ),
    ...parametersOf(copies.map(({ candidate, of }) => rowOf(candidate, copied, [of.id, of.record]))).map(
      (rows) => db.prepare(insertCopiesSql(copied)).bind(rows, ...bindings, firstRecord),
    ),
  ];
}
