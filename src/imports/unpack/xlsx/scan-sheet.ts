import { FileProblem } from "../../readers/file-problem.ts";
import type { ArchiveEntry } from "../archive.ts";

/** Cells of one column that a sheet shows as one: the value stands in the first row. */
export interface MergedRange {
  /** The number of the column, from 1. */
  column: number;
  firstRow: number;
  lastRow: number;
}

/** What a sheet says of its rows and columns beside their cells, most of it after these. */
export interface SheetNotes {
  /** Those of several rows, in the order of these. */
  merged: MergedRange[];
  /** How many rows with cells are hidden. */
  hiddenRows: number;
  /** The first and the last column of each range that is hidden, from 1. */
  hiddenColumns: [first: number, last: number][];
}

/** A sheet of a million rows. In a larger one nothing is looked for: it would take longer than a step has. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_MERGED = 500_000;
const MOST_HIDDEN_COLUMNS = 1000;
/** No tag that is looked for is longer, in characters. */
const LONGEST_TAG = 1024;

/**
 * Looks for merged cells and for what is hidden. A sheet says the first after all of its rows, so it is gone through
 * once before these are read; the few tags in question are found as text, since parsing all takes ten times as long.
 *
 * @param mostBytes in a larger sheet nothing is looked for.
 * @throws FileProblem `archive_too_large` where there are too many.
 */
export async function scanSheet(sheet: ArchiveEntry, mostBytes = MOST_BYTES): Promise<SheetNotes> {
  const notes: SheetNotes = { merged: [], hiddenRows: 0, hiddenColumns: [] };
  if (sheet.bytes > mostBytes) return notes;
  const decoder = new TextDecoder("latin1");
  let text = "";
  let from = 0;
  let read = 0;
  for await (const bytes of sheet.content()) {
    // An archive may say that it holds less than it does.
    read += bytes.length;
    if (read > mostBytes) break;
    text += decoder.decode(bytes);
    // A tag that begins near the end of a piece is looked at with the next one, and with what it begins with.
    const to = text.length - LONGEST_TAG;
    if (to <= from) continue;
    noteTags(text, from, to, notes);
    const cut = Math.max(0, to - LONGEST_TAG);
    text = text.slice(cut);
    from = to - cut;
  }
  noteTags(text, from, text.length, notes);
  notes.merged.sort((a, b) => a.firstRow - b.firstRow);
  return notes;
}

const MERGED = "mergeCell ";
const HIDDEN = "hidden=";

function noteTags(text: string, from: number, to: number, notes: SheetNotes): void {
  for (let at = text.indexOf(MERGED, from); at >= 0 && at < to; at = text.indexOf(MERGED, at + 1)) {
    noteMerged(tagAt(text, at), notes);
  }
  for (let at = text.indexOf(HIDDEN, from); at >= 0 && at < to; at = text.indexOf(HIDDEN, at + 1)) {
    const tag = tagAt(text, at);
    if (IS_HIDDEN.test(tag)) noteHidden(tag, text.slice(at, at + LONGEST_TAG), notes);
  }
}

const IS_HIDDEN = /\shidden=["'](?:1|true)["']/;

/** The tag that a place is in; empty where it is in none. */
function tagAt(text: string, at: number): string {
  const start = text.lastIndexOf("<", at);
  const end = text.indexOf(">", at);
  return start < 0 || end < 0 || end - start > LONGEST_TAG ? "" : text.slice(start, end + 1);
}

const RANGE =
  /^<(?:\w{1,20}:)?mergeCell\s[^>]*ref=["']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})["']/;

function noteMerged(tag: string, { merged }: SheetNotes): void {
  const [, letters = "", first = "", last = ""] = RANGE.exec(tag) ?? [];
  const [firstRow, lastRow] = [Number(first), Number(last)];
  if (lastRow <= firstRow) return;
  if (merged.length >= MOST_MERGED) throw tooManyMerged();
  merged.push({ column: columnOf(letters), firstRow, lastRow });
}

const ROW_OR_COLUMN = /^<(?:\w{1,20}:)?(row|col)\s/;

/** Whether a value or a text comes before the row ends. @param following from within its tag on. */
function hasCells(following: string): boolean {
  const end = following.indexOf(">");
  if (end < 1 || following[end - 1] === "/") return false;
  const close = following.indexOf("row>", end);
  const cells = close < 0 ? following.slice(end) : following.slice(end, close);
  return close < 0 || cells.includes("v>") || cells.includes("t>");
}

function noteHidden(tag: string, following: string, notes: SheetNotes): void {
  const [, kind] = ROW_OR_COLUMN.exec(tag) ?? [];
  if (kind === "row" && hasCells(following)) notes.hiddenRows += 1;
  if (kind !== "col" || notes.hiddenColumns.length >= MOST_HIDDEN_COLUMNS) return;
  const [first, last] = [numberIn(tag, MIN), numberIn(tag, MAX)];
  if (first > 0 && last >= first) notes.hiddenColumns.push([first, last]);
}

const MIN = /\smin=["'](\d{1,5})["']/;
const MAX = /\smax=["'](\d{1,5})["']/;

function numberIn(tag: string, attribute: RegExp): number {
  return Number(attribute.exec(tag)?.[1] ?? 0);
}

function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 0x40;
  return column;
}

function tooManyMerged(): FileProblem {
  return new FileProblem(
    "archive_too_large",
    `The sheet has more than ${MOST_MERGED} merged cells. Unmerge them, and import the workbook again.`,
  );
}
