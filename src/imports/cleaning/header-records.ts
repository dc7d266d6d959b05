import type { Rejection } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import {
  foldHeader,
  type HeaderMeaning,
  headerMeaning,
  NAMES_A_PERSON,
  namedMeaning,
} from "../columns/header-names.ts";
import { holdsContact, isContact, MAY_NAME_A_CONTACT } from "../readers/header-evidence.ts";
import type { RawRecord } from "../readers/records.ts";

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
  if (!namesColumns(filled)) return null;
  return { code: "header_record", reason: agrees(cells, columns) ? REPEATED : OTHER };
}

/** Whether at least half of some cells are names of columns, one of them that of a contact. */
function namesColumns(filled: readonly string[]): boolean {
  let [known, unknown, namesContact] = [0, 0, false];
  for (const cell of filled) {
    const meaning = meaningOf(cell);
    if (meaning === undefined) unknown++;
    else known++;
    if (meaning === "email" || meaning === "phone") namesContact = true;
    if (unknown > filled.length / 2) return false;
  }
  return namesContact && known >= 2;
}

function meaningOf(name: string): HeaderMeaning | undefined {
  return MAY_NAME_A_CONTACT.test(name) ? headerMeaning(name) : namedMeaning(name);
}

/** Whether names say in other words what the columns are: `E-mail` over `Correo`. */
function agrees(cells: readonly string[], columns: readonly Column[]): boolean {
  return cells.every((cell, index) => {
    const header = columns[index]?.header ?? "";
    if (cell.trim() === "" || foldHeader(cell) === foldHeader(header)) return true;
    const meaning = meaningOf(cell);
    const own = headerMeaning(header);
    return (
      meaning !== undefined && (meaning === own || (NAMES_A_PERSON.has(meaning) && NAMES_A_PERSON.has(own)))
    );
  });
}

/** How many of the records below a header are looked at. */
const LOOKED_AT = 5;
/** Of so many cells one may be no known name: `Ana, WhatsApp, Email` is a person who wrote such words. */
const ONE_UNKNOWN_IN = 4;

/**
 * Whether another table begins with a record that was rejected: one that is a header, which contradicts the file's. The
 * records below have contacts under the names of these. What begins there is rejected to its end, so the header must be
 * certain: nearly all its cells are known names.
 *
 * @param records those at hand, and the place of the rejected one among them.
 */
export function beginsOtherTable(
  { code, reason }: Rejection,
  records: readonly RawRecord[],
  index: number,
): boolean {
  if (code !== "header_record" || reason !== OTHER) return false;
  const cells = records[index]?.cells ?? [];
  const below = records.slice(index + 1, index + 1 + LOOKED_AT);
  const meanings = cells.map(meaningOf);
  const names = cells.filter((cell) => cell.trim() !== "").length;
  const unknown = names - meanings.filter((meaning) => meaning !== undefined).length;
  if (unknown * ONE_UNKNOWN_IN > names) return false;
  if (below.length === 0) return unknown === 0;
  const contacts = meanings.flatMap((meaning, at) =>
    meaning === "email" || meaning === "phone" ? [at] : [],
  );
  return below.some((record) => contacts.some((at) => isContact(record.cells[at] ?? "")));
}

const REPEATED = "The record repeats the header, and is no person: leave it out.";
const OTHER =
  "The record is the header of another table: those below it were read under the first header of the file. Look at them, and import them as a file of their own.";

/** Why a record is rejected that is in another table than the header. @param line where that table begins. */
export function otherTable(line: number): Rejection {
  const reason = `The record is in another table of the file, which begins on line ${line}: import that table as a file of its own. Near the beginning of a file, header_row=${line} reads it, too.`;
  return { code: "other_table", reason };
}
