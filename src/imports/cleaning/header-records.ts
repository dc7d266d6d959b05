import type { Rejection } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import { foldHeader, headerMeaning, namedMeaning } from "../columns/header-names.ts";
import { holdsContact, MAY_NAME_A_CONTACT } from "../readers/header-evidence.ts";

const LONGEST_NAME = 60;
const LETTER = /\p{L}/u;

/**
 * Whether a record without a contact is a header: that of the file once more, or of another table below it.
 *
 * @returns why it is rejected, or `null`.
 */
export function headerProblem(cells: readonly string[], columns: readonly Column[]): Rejection | null {
  // Nearly every record ends here: many are rejected, and few are headers.
  if (cells.some((cell) => cell.length > LONGEST_NAME || cell.includes("@"))) return null;
  if (!cells.some((cell) => MAY_NAME_A_CONTACT.test(cell))) return null;
  const filled = cells.filter((cell) => cell.trim() !== "");
  if (filled.length < 2 || !filled.every((cell) => LETTER.test(cell)) || filled.some(holdsContact))
    return null;
  const isOwn = cells.every((cell, index) => foldHeader(cell) === foldHeader(columns[index]?.header ?? ""));
  if (isOwn) return { code: "header_record", reason: REPEATED };
  return namesColumns(filled) ? { code: "header_record", reason: OTHER } : null;
}

/** Whether at least half of some cells are names of columns, one of them that of a contact. */
function namesColumns(filled: readonly string[]): boolean {
  let [known, unknown, namesContact] = [0, 0, false];
  for (const cell of filled) {
    const meaning = MAY_NAME_A_CONTACT.test(cell) ? headerMeaning(cell) : namedMeaning(cell);
    if (meaning === undefined) unknown++;
    else known++;
    if (meaning === "email" || meaning === "phone") namesContact = true;
    if (unknown > filled.length / 2) return false;
  }
  return namesContact && known >= 2;
}

const REPEATED = "The record repeats the header, and is no person: leave it out.";
const OTHER =
  "The record is the header of another table: those below it were read under the first header of the file. Look at them, and import them as a file of their own.";

/** Why a record is rejected that is in another table than the header. @param line where that table begins. */
export function otherTable(line: number): Rejection {
  const reason = `The record is in another table of the file, which begins on line ${line}: send the file again with header_row=${line}, or that table as a file of its own.`;
  return { code: "other_table", reason };
}
