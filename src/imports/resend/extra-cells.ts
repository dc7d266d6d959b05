import type { Rejection } from "../../leads/lead-record.ts";

/** The rejection of a record that has more cells than the header. @param cell the place of one that is beyond it. */
export function extraCells(cells: number, header: number, cell: number | undefined): Rejection {
  const reason =
    `The record has ${cells} cells, the header ${header}: put quotes around a cell that has the separator in it. In the ` +
    "error file, join what belongs in one cell, and empty the columns without a name.";
  return cell === undefined ? { code: "extra_cells", reason } : { code: "extra_cells", reason, cell };
}
