import { cleanCell } from "../../leads/normalize/clean-cell.ts";

/** The columns that the error file adds: a corrected one can be sent back unchanged. */
export const REPORT_COLUMNS: readonly string[] = ["_row", "_code", "_reason"];

/** What a cell of a header is in an error file that is sent back; `null` for a column of the original, and a new one. */
export function reportRole(cell: string): "report" | "surplus" | null {
  const name = cleanCell(cell);
  if (name === null) return "surplus";
  return REPORT_COLUMNS.includes(name) ? "report" : null;
}

/**
 * Whether a header is that of an error file. In one, a column without a name holds what a record had beyond the header:
 * columns of the original that had none got one.
 */
export function isErrorFile(header: readonly string[]): boolean {
  const names = new Set(header.map((cell) => cleanCell(cell)));
  return REPORT_COLUMNS.every((name) => names.has(name));
}

/** The place of the report's first column in the header of an error file. */
export function reportPlace(header: readonly string[], name: "_row" | "_code" | "_reason"): number {
  return header.findIndex((cell) => cleanCell(cell) === name);
}
