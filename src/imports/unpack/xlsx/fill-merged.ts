import { MAX_COLUMNS } from "../../readers/header.ts";
import type { MergedRange } from "./scan-sheet.ts";
import type { Cell, OpenRange, SheetRow } from "./sheet-rows.ts";

/** In UTF-16 units: a longer text is a remark over several rows, and no value of each. */
const LONGEST_VALUE = 500;

/**
 * Returns a function that gives each row the values that people see in it: of cells merged over several rows the
 * first one has the value. A row without any cell of its own is part of a tall one, and stays empty.
 *
 * @param merged in the order of their rows.
 * @param open those that are open where the rows begin.
 */
export function fillMerged(merged: readonly MergedRange[], rowBefore: number, open: readonly OpenRange[]) {
  let next = merged.findIndex(({ firstRow }) => firstRow > rowBefore);
  let ranges: readonly OpenRange[] = open;
  return (row: SheetRow): void => {
    if (ranges.some(({ lastRow }) => lastRow < row.number))
      ranges = ranges.filter(({ lastRow }) => lastRow >= row.number);
    if (row.cells.length > 0) for (const range of ranges) fill(row.cells, range);
    if (ranges.length > 0) row.next.open = ranges;
    if (next < 0 || (merged[next]?.firstRow ?? Number.POSITIVE_INFINITY) > row.number) return;
    const opened: OpenRange[] = [];
    // No two ranges have a cell in common.
    const columns = new Set(ranges.map((range) => range.column));
    for (; next >= 0 && next < merged.length; next++) {
      const { column, firstRow, lastRow } = merged[next] as MergedRange;
      if (firstRow > row.number) break;
      const value = row.cells[column - 1] ?? "";
      const isValue = value !== "" && (typeof value === "number" || value.length <= LONGEST_VALUE);
      if (firstRow !== row.number || !isValue || column > MAX_COLUMNS || columns.has(column)) continue;
      columns.add(column);
      opened.push({ column, lastRow, value });
    }
    if (opened.length > 0) ranges = [...ranges, ...opened];
    if (ranges.length > 0) row.next.open = ranges;
  };
}

function fill(cells: Cell[], { column, value }: OpenRange): void {
  while (cells.length < column) cells.push("");
  if (cells[column - 1] === "") cells[column - 1] = value;
}
