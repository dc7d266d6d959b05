import { sql } from "drizzle-orm";
import { importRejections } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { partColumns, REPORT_COLUMNS, reportPlaces } from "../resend/report-columns.ts";
import type { ReadingPlan } from "../state/import-state.ts";

const PAGE_ROWS = 500;
const PAGE_CHARACTERS = 1_000_000;
/** Columns for what records have beyond the header. More of them would be in the way of all other records. */
const MOST_SURPLUS = 50;

/** Which columns the rows of an error file have: the original's, those for surplus cells, and the report's. */
export interface ErrorColumns {
  header: string[];
  /** The places in a record of the original's columns. */
  own: number[];
  /** The same of surplus cells that had columns already, in an error file that was sent back. */
  surplus: number[];
  /** How many columns there are for surplus cells. */
  width: number;
  /** How many cells the original's header had. */
  total: number;
}

/** A rejected record as its row has it. */
export interface RejectionRow {
  /** The rowid. */
  place: number;
  record: number;
  code: string;
  reason: string;
  /** A list of texts, as JSON. */
  cells: string;
  /** The place of the cell in question; `null` where that is none, or several. */
  cell: number | null;
}

/**
 * The columns of an import's error file. A column of the original without a name has the name that it was imported
 * under, so that one without a name is for surplus cells only.
 *
 * @param width see {@link surplusWidth}.
 */
export function errorColumns({ header, columns }: ReadingPlan, width: number): ErrorColumns {
  const { own, surplus } = partColumns(columns, reportPlaces(header) ?? []);
  const names = own.map((index) => header[index] || (columns[index]?.header ?? ""));
  return {
    header: [...names, ...new Array<string>(width).fill(""), ...REPORT_COLUMNS],
    own,
    surplus,
    width,
    total: header.length,
  };
}

/** How many columns an error file needs for what records have beyond the header. */
export async function surplusWidth(tenant: Tenant, importId: number, plan: ReadingPlan): Promise<number> {
  const row = await tenant.db.get<{ cells: number | null }>(sql`
    SELECT max(json_array_length(cells)) AS cells FROM ${importRejections}
    WHERE import_id = ${importId} AND code = 'extra_cells'`);
  const { surplus } = partColumns(plan.columns, reportPlaces(plan.header) ?? []);
  const beyond = Math.max(0, (row?.cells ?? 0) - plan.header.length);
  return Math.min(MOST_SURPLUS, surplus.length + beyond);
}

/** A rejected record in the columns of an error file. What is more than these have is left beyond the last one. */
export function errorRow(
  columns: ErrorColumns,
  { record, code, reason, cells: json }: RejectionRow,
): string[] {
  const cells = JSON.parse(json) as string[];
  const own = columns.own.map((index) => cells[index] ?? "");
  const surplus = [...columns.surplus.map((index) => cells[index] ?? ""), ...cells.slice(columns.total)];
  while (surplus.at(-1) === "") surplus.pop();
  const between = Array.from({ length: columns.width }, (_, at) => surplus[at] ?? "");
  return [...own, ...between, String(record), code, reason, ...surplus.slice(columns.width)];
}

/**
 * The place in an error file's row of the cell that a record is rejected for; that of its code where it is none of them.
 */
export function wrongPlace({ own, surplus, width, total }: ErrorColumns, { cell }: RejectionRow): number {
  const code = own.length + width + REPORT_COLUMNS.indexOf("_code");
  if (cell === null) return code;
  const place = own.indexOf(cell);
  if (place >= 0) return place;
  const beyond = surplus.includes(cell) ? surplus.indexOf(cell) : surplus.length + cell - total;
  return beyond >= 0 && beyond < width ? own.length + beyond : code;
}

/** The rejected records from one on, in the pages of {@link rejectionsFrom}, each with the number that it was asked by. */
export async function* rejectionPages(
  tenant: Tenant,
  importId: number,
  record: number,
): AsyncGenerator<{ from: number; rejections: RejectionRow[] }> {
  for (let from = record; ; ) {
    const rejections = await rejectionsFrom(tenant, importId, from);
    const last = rejections.at(-1);
    if (!last) return;
    yield { from, rejections };
    from = last.record + 1;
  }
}

/** The next rejected records, as many as make a page of a size that memory always has room for. */
export function rejectionsFrom(tenant: Tenant, importId: number, record: number): Promise<RejectionRow[]> {
  return tenant.db.all<RejectionRow>(sql`
    SELECT place, record_number AS record, code, reason, cells, cell FROM (
      SELECT *, sum(length(cells)) OVER (ORDER BY record_number) - length(cells) AS before FROM (
        SELECT rowid AS place, record_number, code, reason, cells, cell FROM ${importRejections}
        WHERE import_id = ${importId} AND record_number >= ${record}
        ORDER BY record_number LIMIT ${PAGE_ROWS}))
    WHERE before < ${PAGE_CHARACTERS}
    ORDER BY record_number`);
}
