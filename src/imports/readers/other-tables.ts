import { FileProblem } from "./file-problem.ts";
import type { Candidate, Row, Table } from "./header.ts";
import { holdsContact, isContact, MAY_NAME_A_CONTACT, weighHeader } from "./header-evidence.ts";
import type { LayoutHints } from "./reader.ts";
import { isBlank } from "./records.ts";

/** How many records below a row are looked at to see whether it is a header. */
const LOOKED_AT = 5;
/** The share of known names that makes a header of a record like those around it. */
const ALL_BUT_ONE_IN_FOUR = 3 / 4;

/** A table of a file that has several, one below the other: webinars list their hosts before those who came. */
interface OtherTable {
  /** The line of its header, or of its first record where it has none. */
  line: number;
  header: string[];
  /** Whether its header has nothing but names that are known. */
  isCertain: boolean;
}

/**
 * Finds where the table ends that a header is of.
 *
 * @param table all rows of the head, under the reading that the header was found by.
 * @returns the line of the header of the next table, `null` where the head has none.
 * @throws FileProblem `several_tables` where nobody said which one is meant.
 */
export function findTableEnd(table: Table, chosen: Candidate, hints: LayoutHints): number | null {
  if (hints.headerLine === 0) return null;
  const others = findOtherTables(table, chosen, hints);
  if (hints.headerLine !== null) {
    return others.find(({ line, isCertain }) => isCertain && line > chosen.line)?.line ?? null;
  }
  if (others.length > 0) throw severalTables([...others, chosen]);
  return null;
}

const LINES = /\r\n|\n|\r/;

/**
 * Whether a line of the head may be the header of another table: it names an e-mail or a phone, and has none. Most files
 * have no such line, and their records need not be told apart to know that.
 *
 * @param text the head from its first line on.
 */
export function mayHaveOtherTables(text: string, { line: ownLine }: Pick<Candidate, "line">): boolean {
  return text
    .split(LINES)
    .some((line, at) => at + 1 !== ownLine && MAY_NAME_A_CONTACT.test(line) && !holdsContact(line));
}

function findOtherTables({ rows, unfold }: Table, chosen: Candidate, hints: LayoutHints): OtherTable[] {
  const seen = new Set([nameOf(chosen.header)]);
  const filled = rows.filter(({ record }) => !isBlank(record.cells));
  const tables: OtherTable[] = [];
  for (const [at, { record }] of filled.entries()) {
    if (record.line === chosen.line || record.problem !== null) continue;
    if (!record.cells.some((cell) => MAY_NAME_A_CONTACT.test(cell))) continue;
    if (record.cells.some(holdsContact)) continue;
    const header = unfold(record.cells);
    const isAbove = record.line < chosen.line;
    const below = filled
      .slice(at + 1, at + 1 + LOOKED_AT)
      .filter((row) => !isAbove || row.record.line < chosen.line)
      .map((row) => row.record.cells);
    const known = hints.findKnown(header);
    const { filled: names, confirmed } = weighHeader(header, { ...known, others: 0 }, below);
    if (names < 2 || confirmed === 0 || seen.has(nameOf(header))) continue;
    const before = filled[at - 1]?.record;
    const isBelowGap = before === undefined || isTitle(before.cells) || isGap(before.line, record.line);
    const isApart = names !== chosen.filled && isBelowGap;
    // `Ana, WhatsApp, Email` among others like it is a person who wrote such words.
    const isLikeOthers = names === chosen.filled && !isBelowGap;
    const isCertain = known.named > 1 && known.named >= names * (isLikeOthers ? ALL_BUT_ONE_IN_FOUR : 1 / 2);
    if (!isCertain && !isApart) continue;
    seen.add(nameOf(header));
    tables.push({ line: record.line, header, isCertain });
  }
  const headless = tables.length === 0 ? peopleAbove(filled, chosen) : null;
  return headless === null ? tables : [headless];
}

/** Records above the header: two addresses in one column are no remark about the file. */
function peopleAbove(rows: Row[], { line }: Candidate): OtherTable | null {
  const above = rows.filter(({ record }) => record.line < line).map(({ record }) => record);
  const addresses = new Map<number, string>();
  for (const { cells } of above) {
    for (const [index, cell] of cells.entries()) {
      if (!cell.includes("@") || !isContact(cell)) continue;
      const first = addresses.get(index) ?? cell;
      if (first !== cell)
        return { line: above[0]?.line ?? 1, header: above[0]?.cells ?? [], isCertain: true };
      addresses.set(index, first);
    }
  }
  return null;
}

function isTitle(cells: string[]): boolean {
  return cells.filter((cell) => cell.trim() !== "").length === 1;
}

/** Whether blank lines are between two records of one line each. */
function isGap(before: number, line: number): boolean {
  return line > before + 1;
}

function nameOf(header: string[]): string {
  return JSON.stringify(header.map((cell) => cell.trim().toLowerCase()).filter((cell) => cell !== ""));
}

const MOST_LISTED = 5;
const SHOWN = 60;

function severalTables(tables: Pick<OtherTable, "line" | "header">[]): FileProblem {
  const sorted = tables.toSorted((a, b) => a.line - b.line).slice(0, MOST_LISTED);
  const listed = sorted.map(({ line, header }) => {
    const names = header.filter((cell) => cell.trim() !== "").join(", ");
    return `line ${line} (${names.length > SHOWN ? `${names.slice(0, SHOWN).toWellFormed()}…` : names})`;
  });
  return new FileProblem(
    "several_tables",
    `The file has several tables, one below the other, which begin on ${listed.join(" and ")}. Send it again with the ` +
      "field header_row, which says the line of the header to read; or make a file of each table.",
  );
}
