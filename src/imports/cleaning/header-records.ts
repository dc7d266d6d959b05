import type { Rejection } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import { foldHeader, headerMeaning } from "../columns/header-names.ts";
import { holdsContact, MAY_NAME_A_CONTACT } from "../readers/header-evidence.ts";

const LONGEST_NAME = 60;

/**
 * Whether a record without a contact is a header: that of the file once more, or of another table below it.
 *
 * @returns why it is rejected, or `null`.
 */
export function headerProblem(cells: readonly string[], columns: readonly Column[]): Rejection | null {
  if (!cells.some((cell) => cell.length <= LONGEST_NAME && MAY_NAME_A_CONTACT.test(cell))) return null;
  const filled = cells.filter((cell) => cell.trim() !== "");
  if (filled.length < 2 || filled.some((cell) => cell.length > LONGEST_NAME || holdsContact(cell)))
    return null;
  const own = cells.filter((cell, index) => foldHeader(cell) === foldHeader(columns[index]?.header ?? ""));
  if (own.length === cells.length) return { code: "header_record", reason: REPEATED };
  const meanings = filled.map(headerMeaning);
  const known = meanings.filter((meaning) => meaning !== undefined);
  const namesContact = known.some((meaning) => meaning === "email" || meaning === "phone");
  if (!namesContact || known.length < 2 || known.length < filled.length / 2) return null;
  return { code: "header_record", reason: OTHER };
}

const REPEATED = "The record repeats the header, and is no person: leave it out.";
const OTHER =
  "The record is the header of another table: those below it were read under the first header of the file. Look at them, and import them as a file of their own.";

/** Why a record is rejected that is in another table than the header. @param line where that table begins. */
export function otherTable(line: number): Rejection {
  const reason = `The record is in another table of the file, which begins on line ${line}: send the file again with header_row=${line}, or that table as a file of its own.`;
  return { code: "other_table", reason };
}
