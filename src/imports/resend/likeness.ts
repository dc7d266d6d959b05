import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { nameColumns } from "../columns/column-names.ts";
import { reportRoles } from "./report-columns.ts";

/** A record that an import rejected. */
export interface RejectedRecord {
  code: string;
  reason: string;
  cell: number | null;
  cells: string[];
}

/** A record of an error file that came back. */
export interface ReturnedRecord {
  code: string;
  reason: string;
  cells: string[];
}

/** How much of an error file is as an import has it. */
export interface Likeness {
  /** Cells that are as they were, less those that are not. */
  cells: number;
  /** How many of the import's columns are gone from the file, negative. */
  columns: number;
  reasons: number;
  /** Whether the file can be that import's. */
  isLikely: boolean;
}

/** Their cells were not told apart as they were meant. */
const SHIFTED: ReadonlySet<string> = new Set(["extra_cells", "unclosed_quote", "invalid_json"]);

/**
 * Compares records of an error file with those that an import rejected. A cell that was empty, and the one that the
 * record was rejected for, are what people fill in and correct: they speak neither for the import nor against it.
 *
 * @param before the header of the import. @param pairs the same records, as they were and as they came back.
 */
export function likeness(
  before: string[],
  header: string[],
  pairs: readonly { was: RejectedRecord; is: ReturnedRecord }[],
): Likeness {
  const places = new Map(ownColumns(header));
  const own = ownColumns(before);
  let equal = 0;
  let changed = 0;
  for (const { was, is } of pairs) {
    if (SHIFTED.has(was.code)) {
      const text = was.cells.join("\n");
      equal += [...places.values()].filter((at) => {
        const cell = cleanCell(is.cells[at] ?? "");
        return cell !== null && text.includes(cell);
      }).length;
      continue;
    }
    for (const [name, at] of own) {
      const place = places.get(name);
      const cell = cleanCell(was.cells[at] ?? "");
      if (place === undefined || cell === null) continue;
      if (cell === cleanCell(is.cells[place] ?? "")) equal++;
      else if (at !== was.cell && !cell.includes("\uFFFD")) changed++;
    }
  }
  const gone = own.filter(([name]) => !places.has(name)).length;
  const isTold = equal + changed > 0;
  return {
    cells: equal - changed,
    columns: -gone,
    reasons: pairs.filter(({ was, is }) => was.reason === is.reason).length,
    isLikely: isTold ? equal > changed && gone * 2 <= own.length : gone === 0,
  };
}

/** The names of a file's own columns, with their places. */
function ownColumns(header: string[]): [name: string, place: number][] {
  const roles = reportRoles(header);
  return nameColumns(header).flatMap((name, index) => (roles[index] === null ? [[name, index]] : []));
}
