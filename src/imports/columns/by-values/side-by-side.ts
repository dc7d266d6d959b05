import { shorten } from "../../../leads/normalize/shorten.ts";
import { columnLetters } from "../../../text/column-letters.ts";
import { FileProblem } from "../../readers/file-problem.ts";
import { personsContact } from "../contact-headers.ts";
import { foldHeader, NAMES_A_PERSON, namedMeaning } from "../header-names.ts";

/** Columns of one table: the places of the first one and of the one after the last. */
interface Group {
  from: number;
  to: number;
}

/**
 * Refuses a sheet that has tables side by side: people in columns A to C, others in E to G. Read as one table, each row
 * would be one lead of two people.
 *
 * Groups of columns are tables where empty columns part them and each has a person's name and contact, or the same
 * headers; without an empty column, where the whole header is the same group again and again.
 *
 * @param records those below the header.
 * @param isKnown whether somebody said what a column is: who did so for the columns of a second table has seen it.
 * @throws FileProblem `several_tables`.
 */
export function refuseTablesSideBySide(
  header: readonly string[],
  records: readonly string[][],
  isKnown: (index: number) => boolean,
): void {
  const names = header.map(foldHeader);
  const groups = groupsBetweenGaps(names, records);
  const candidates = groups.length > 1 ? tablesAmong(groups, header, names) : repetitions(header, names);
  const tables = candidates.filter((group) => records.length === 0 || hasCells(group, records));
  const [, ...others] = tables;
  const isSeen = others.some(({ from, to }) => header.some((_, at) => at >= from && at < to && isKnown(at)));
  if (others.length > 0 && !isSeen) throw sideBySide(tables, header);
}

/** Whether there is anything below the header of a group: a template may have columns that nobody filled in. */
function hasCells({ from, to }: Group, records: readonly string[][]): boolean {
  return records.some((cells) => cells.slice(from, to).some((cell) => cell.trim() !== ""));
}

/** The columns between those that are empty from the header on. */
function groupsBetweenGaps(names: readonly string[], records: readonly string[][]): Group[] {
  const groups: Group[] = [];
  let from = -1;
  for (let at = 0; at <= names.length; at++) {
    const isGap =
      at === names.length || (names[at] === "" && records.every((cells) => (cells[at] ?? "").trim() === ""));
    if (!isGap && from < 0) from = at;
    if (isGap && from >= 0) {
      groups.push({ from, to: at });
      from = -1;
    }
  }
  return groups;
}

function tablesAmong(groups: Group[], header: readonly string[], names: readonly string[]): Group[] {
  const withContact = groups.filter(({ from, to }) => header.slice(from, to).some(namesPersonsContact));
  const [first] = withContact;
  if (!first) return [];
  const persons = withContact.filter(({ from, to }) => header.slice(from, to).some(namesPerson));
  if (persons.length > 1) return persons;
  const own = nameOf(first, names);
  return withContact.filter((group) => nameOf(group, names) === own);
}

/** The groups of a header that is nothing but one of them, again and again. */
function repetitions(header: readonly string[], names: readonly string[]): Group[] {
  for (let width = 2; width <= names.length / 2; width++) {
    if (names[width] !== names[0] || names.length % width !== 0) continue;
    if (!names.every((name, at) => name !== "" && name === names[at % width])) continue;
    const group = header.slice(0, width);
    if (!group.some(namesPerson) || !group.some(namesPersonsContact)) return [];
    return Array.from({ length: names.length / width }, (_, at) => ({
      from: at * width,
      to: (at + 1) * width,
    }));
  }
  return [];
}

function namesPerson(name: string): boolean {
  return NAMES_A_PERSON.has(namedMeaning(name));
}

function namesPersonsContact(name: string): boolean {
  return personsContact(name) !== null;
}

function nameOf({ from, to }: Group, names: readonly string[]): string {
  return JSON.stringify(names.slice(from, to));
}

const MOST_LISTED = 5;
const NAMES_SHOWN = 4;

function sideBySide(tables: Group[], header: readonly string[]): FileProblem {
  const listed = tables.slice(0, MOST_LISTED).map(({ from, to }) => {
    const names = header.slice(from, to).filter((name) => name.trim() !== "");
    const shown = names.slice(0, NAMES_SHOWN).map((name) => `“${shorten(name.trim())}”`);
    const more = names.length > NAMES_SHOWN ? ", …" : "";
    return `${columnLetters(from)} to ${columnLetters(to - 1)} (${shown.join(", ")}${more})`;
  });
  return new FileProblem(
    "several_tables",
    `The file has ${tables.length} tables side by side, in the columns ${listed.join(" and ")}; read as one, each row would be a ` +
      "single person. Make a file of each table, or put one below the other under the same header. Where each row is one " +
      "person, delete the empty columns between them and give every column a name of its own.",
  );
}
