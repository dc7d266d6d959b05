import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import type { Column } from "../columns/column.ts";

/** The columns that the error file adds: a corrected one can be sent back unchanged. */
export const REPORT_COLUMNS: readonly string[] = ["_row", "_code", "_reason"];

/** What a column is in an error file that is sent back; `null` for one of the original, and a new one. */
type ReportRole = "report" | "surplus" | null;

/**
 * What each column of a file is. Only where all three of the report are there it is an error file. In one, a column
 * without a name holds what a record had beyond the header: columns of the original that had none got one.
 */
export function reportRoles(header: readonly string[]): ReportRole[] {
  const names = header.map((cell) => cleanCell(cell));
  const places = placesOf(names);
  if (places === null) return names.map(() => null);
  return names.map((name, index) => (places.includes(index) ? "report" : name === null ? "surplus" : null));
}

/** The places of `_row`, `_code` and `_reason`; `null` where the header is not that of an error file. */
export function reportPlaces(header: readonly string[]): [row: number, code: number, reason: number] | null {
  return placesOf(header.map((cell) => cleanCell(cell)));
}

/**
 * The places of a file's columns beside those of the report: the file's own, and those for cells beyond its header.
 *
 * @param report the places of the report's; none in a file that is no error file.
 */
export function partColumns(
  columns: readonly Column[],
  report: readonly number[],
): { own: number[]; surplus: number[] } {
  const own: number[] = [];
  const surplus: number[] = [];
  for (const [place, { kind }] of columns.entries()) {
    if (report.includes(place)) continue;
    (kind === "surplus" ? surplus : own).push(place);
  }
  return { own, surplus };
}

/** The last of each: the original may have had a column of that name, which stands before. */
function placesOf(names: (string | null)[]): [number, number, number] | null {
  const [row = -1, code = -1, reason = -1] = REPORT_COLUMNS.map((name) => names.lastIndexOf(name));
  return row < 0 || code < 0 || reason < 0 ? null : [row, code, reason];
}
