import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { fold } from "../../text/fold.ts";
import { REPLACEMENT_CHARACTER } from "../../text/replacement-character.ts";
import type { Column } from "../columns/column.ts";
import { nameColumns } from "../columns/column-names.ts";
import type { ReadingPlan } from "../state/import-state.ts";
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

/** The same record, as it was and as it came back. */
export interface Pair {
  record: number;
  was: RejectedRecord;
  is: ReturnedRecord;
}

/** How much of an error file is as an import has it. */
export interface Likeness {
  /** Cells that are as they were, less those that are not, in columns that tell records apart. */
  cells: number;
  /** The same in columns with one value in all records. */
  constants: number;
  /** How many of the import's columns are gone from the file, negative. */
  columns: number;
  reasons: number;
  /** Whether the file can be that import's. */
  isLikely: boolean;
}

/** Their cells were not told apart as they were meant. */
const SHIFTED: ReadonlySet<string> = new Set(["extra_cells", "unclosed_quote", "invalid_json"]);

/** How many cells are as they were, and how many are not. */
interface Tally {
  equal: number;
  changed: number;
}

/**
 * Compares records of an error file with those that an import rejected. What people fill in and correct does not speak
 * against an import: a cell that was empty, the one that the record was rejected for, and contacts. Nor does a cell that
 * was only completed, or that a spreadsheet wrote in another form.
 *
 * A column with one value in all records says the same of every file of its kind: it counts where no other does. Names
 * tell people apart: where most are others, the records are others, whatever else is equal.
 *
 * @param before how the import was read. @param pairs the same records, as they were and as they came back.
 * @param mended the cells that people correct: see {@link mendedCells}.
 */
export function likeness(
  before: Pick<ReadingPlan, "header" | "columns">,
  header: string[],
  pairs: readonly Pair[],
  mended: ReadonlySet<string> = mendedCells([{ before, pairs }]),
): Likeness {
  const places = new Map(ownColumns(header));
  const own = ownColumns(before.header);
  const unshifted = pairs.filter(({ was }) => !SHIFTED.has(was.code));
  const varied = noCells();
  const constant = noCells();
  const names = noCells();
  for (const { was, is } of pairs) {
    if (SHIFTED.has(was.code)) varied.equal += cellsWithin(was, [...places.values()], is);
  }
  for (const [name, at] of own) {
    const place = places.get(name);
    if (place === undefined) continue;
    const role = roleOf(before.columns[at]);
    const compared = unshifted.flatMap(({ record, was, is }) => {
      const cell = cleanCell(was.cells[at] ?? "");
      if (cell === null) return [];
      const isEqual = isAlike(cell, cleanCell(is.cells[place] ?? "") ?? "");
      return isEqual || !mended.has(cellName(record, name)) ? [{ cell, isEqual }] : [];
    });
    const isConstant = compared.length > 1 && new Set(compared.map(({ cell }) => cell)).size === 1;
    for (const tally of [isConstant ? constant : varied, ...(role === "name" ? [names] : [])]) {
      for (const { isEqual } of compared) tally[isEqual ? "equal" : "changed"]++;
    }
  }
  const { equal, changed } = varied.equal + varied.changed > 0 ? varied : constant;
  const gone = own.filter(([name]) => !places.has(name)).length;
  const isTold = equal + changed > 0;
  return {
    cells: varied.equal - varied.changed,
    constants: constant.equal - constant.changed,
    columns: -gone,
    reasons: pairs.filter(({ was, is }) => was.reason === is.reason).length,
    isLikely:
      names.changed <= names.equal && (isTold ? equal > changed && gone * 2 <= own.length : gone === 0),
  };
}

/**
 * The cells that people correct, in any of some imports that an error file may be of: contacts, those that records were
 * rejected for, and those with lost letters. What one import took for a contact may be another's custom field: that
 * says nothing of whose records they are.
 */
export function mendedCells(
  imports: readonly { before: Pick<ReadingPlan, "header" | "columns">; pairs: readonly Pair[] }[],
): Set<string> {
  const mended = new Set<string>();
  for (const { before, pairs } of imports) {
    for (const [name, at] of ownColumns(before.header)) {
      const isContact = roleOf(before.columns[at]) === "contact";
      for (const { record, was } of pairs) {
        const isLost = was.cells[at]?.includes(REPLACEMENT_CHARACTER);
        if (isContact || at === was.cell || isLost) mended.add(cellName(record, name));
      }
    }
  }
  return mended;
}

const cellName = (record: number, column: string) => `${record} ${column}`;

const noCells = (): Tally => ({ equal: 0, changed: 0 });

/** Of a record that was split otherwise than it was meant: how many of its cells now stood in it somewhere. */
function cellsWithin(was: RejectedRecord, places: readonly number[], is: ReturnedRecord): number {
  const text = was.cells.join("\n");
  return places.filter((at) => {
    const cell = cleanCell(is.cells[at] ?? "");
    return cell !== null && text.includes(cell);
  }).length;
}

const CONTACTS: ReadonlySet<string> = new Set(["email", "phone"]);
const NAMES: ReadonlySet<string> = new Set(["first_name", "last_name"]);

function roleOf(column: Column | undefined): "contact" | "name" | null {
  if (column?.kind === "full_name" || column?.kind === "name_part") return "name";
  if (column?.kind !== "field") return null;
  return CONTACTS.has(column.field) ? "contact" : NAMES.has(column.field) ? "name" : null;
}

/** Whether a cell is as it was, but for case, accents and noughts in front of numbers, or begins as the other does. */
function isAlike(was: string, is: string): boolean {
  if (was === is) return true;
  const [before, after] = [spelled(was), spelled(is)];
  return before !== "" && after !== "" && (before.startsWith(after) || after.startsWith(before));
}

function spelled(text: string): string {
  return fold(text).replace(/(^|[^\d])0+(?=\d)/g, "$1");
}

/** The names of a file's own columns, with their places. */
function ownColumns(header: string[]): [name: string, place: number][] {
  const roles = reportRoles(header);
  return nameColumns(header).flatMap((name, index) => (roles[index] === null ? [[name, index]] : []));
}
