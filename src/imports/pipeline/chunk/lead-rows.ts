import { leads } from "../../../db/leads/schema.ts";
import { FIELD_LIST } from "../../../leads/fields.ts";
import type { LeadRecord } from "../../../leads/lead-record.ts";

/** The columns of `leads` that a row brings along, in the order of its cells. */
export const ROW_COLUMNS = [
  ...FIELD_LIST.map(({ column }) => column),
  "answers" as const,
  "customFields" as const,
];

export type RowColumn = (typeof ROW_COLUMNS)[number];

/** The row of a lead: its record's number, then its columns. An array, which SQLite reads twice as fast as an object. */
export function leadRow({ record, lead }: { record: number; lead: LeadRecord }): unknown[] {
  const row: unknown[] = [record];
  for (const column of ROW_COLUMNS) row.push(lead[column]);
  return row;
}

/** What SQL calls a column of `leads`. */
export function nameOf(column: RowColumn): string {
  return leads[column].name;
}

/** A cell of a row `v`, as SQL. */
export function cellOf(column: RowColumn): string {
  return `v->>${1 + ROW_COLUMNS.indexOf(column)}`;
}

/** The record's number of a row `v`, as SQL. */
export const RECORD = "v->>0";

/** A cell of a row `v` after those of its columns, as SQL. */
export function extraCell(place: number): string {
  return `v->>${1 + ROW_COLUMNS.length + place}`;
}

/**
 * The rows of a chunk (`?1`), each an array in SQLite's binary JSON: as text it would be written for each row, and
 * parsed again. `jsonb_each` is in SQLite since 3.51.
 *
 * What inserts them says OR FAIL: the batch rolls back as a whole anyway, so that no statement has to keep a
 * journal of its own (which the deferred foreign keys of leads allow).
 */
export const ROWS = "WITH rows(v) AS (SELECT value FROM jsonb_each(?1))";

/**
 * The same with the record's number beside it, as an integer that SQLite can join by: materialised, for several columns
 * to be read from it.
 */
export const NUMBERED_ROWS = `WITH rows(record, v) AS MATERIALIZED (SELECT CAST(value->>0 AS INTEGER), value FROM json_each(?1))`;

/** D1 accepts 2 MB in one parameter; this leaves a margin. */
const PARAMETER_BYTES = 1_900_000;

/** Rows as JSON, in as few parameters as D1 allows: mostly one. */
export function parametersOf(rows: unknown[][]): string[] {
  if (rows.length === 0) return [];
  const json = JSON.stringify(rows);
  // A UTF-16 unit is three bytes at the most, so that short ones need not be measured.
  const fits = json.length * 3 <= PARAMETER_BYTES || Buffer.byteLength(json) <= PARAMETER_BYTES;
  if (fits || rows.length === 1) return [json];
  const half = rows.length >> 1;
  return [...parametersOf(rows.slice(0, half)), ...parametersOf(rows.slice(half))];
}
