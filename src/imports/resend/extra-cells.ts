import type { Rejection } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";

/** The rejection of a record that has more cells than the header. @param cell the place of one that is beyond it. */
export function extraCells(cells: number, header: number, cell: number | undefined): Rejection {
  const reason =
    `The record has ${cells} cells, the header ${header}: put quotes around a cell that has the separator in it. In the ` +
    "error file, join what belongs in one cell, and empty the columns without a name.";
  return cell === undefined ? { code: "extra_cells", reason } : { code: "extra_cells", reason, cell };
}

/** The place of the first cell beyond the header that is not blank, or -1. */
export function firstBeyond(cells: readonly string[], width: number): number {
  return cells.findIndex((cell, index) => index >= width && cleanCell(cell) !== null);
}
