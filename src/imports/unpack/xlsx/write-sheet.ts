import { FileProblem } from "../../readers/file-problem.ts";
import type { Piece } from "../write-plain-file.ts";
import { fillMerged } from "./fill-merged.ts";
import type { MergedRange } from "./scan-sheet.ts";
import { type Cell, type RowPlace, readRows, type SheetRow } from "./sheet-rows.ts";
import type { ShowNumber } from "./show-number.ts";
import type { openPages } from "./string-pages.ts";
import type { XmlBudget } from "./xml.ts";

/** Where a sheet begins. */
export const FIRST_ROW: RowPlace = { position: 0, within: [], row: 0 };

/** So many rows look up their texts together: each page of these is then read once at the most. */
const WINDOW_ROWS = 10_000;
const WINDOW_UNITS = 2 * 1024 * 1024;
/** A row whose texts are longer than this cannot be a lead. */
const MOST_ROW_UNITS = 1024 * 1024;

type Strings = ReturnType<typeof openPages>;

/**
 * The rows of a sheet as lines of JSON arrays, an empty line for each row that has nothing: so the line is the row.
 *
 * @param merged the cells that are merged over several rows.
 * @param from where to begin: what comes out is what would have followed.
 * @param windowRows how many rows look up their texts together.
 * @param budget ends it early where nothing is left of it.
 * @throws FileProblem `record_too_large`, and what reading a sheet throws.
 */
export async function* writeSheet(
  content: AsyncIterable<Uint8Array>,
  shows: (style: number) => ShowNumber,
  strings: Strings,
  merged: readonly MergedRange[],
  from: RowPlace,
  windowRows = WINDOW_ROWS,
  budget: XmlBudget | null = null,
): AsyncGenerator<Piece<RowPlace>> {
  let mark = from;
  let rows: SheetRow[] = [];
  let units = 0;
  const fill = fillMerged(merged, from.row, from.open ?? []);
  for await (const more of readRows(content, shows, from, budget)) {
    for (const row of more) {
      fill(row);
      const isEmpty = row.cells.length === 0;
      if (!isEmpty) {
        rows.push(row);
        units += unitsOf(row.cells);
        if (rows.length < windowRows && units < WINDOW_UNITS) continue;
      }
      yield* writeRows(rows, mark, strings);
      mark = placeAfter(rows, mark, row);
      rows = [];
      units = 0;
      if (isEmpty) yield { bytes: NOTHING, mark };
    }
  }
  yield* writeRows(rows, mark, strings);
}

const NOTHING = new Uint8Array(0);

/** The place after a row, with the lines up to there. */
function placeAfter(written: SheetRow[], before: RowPlace, { next }: SheetRow): RowPlace {
  let line = lineOf(before);
  for (const { number } of written) line = lineAfter(line, number);
  return { ...next, line };
}

function lineOf({ row, line }: RowPlace): number {
  return line ?? row;
}

/** The line of a row. Rows that are numbered twice keep their order. */
function lineAfter(line: number, row: number): number {
  return Math.max(row, line + 1);
}

function unitsOf(cells: Cell[]): number {
  let units = 0;
  for (const cell of cells) units += typeof cell === "string" ? cell.length + 4 : 16;
  return units;
}

const encoder = new TextEncoder();

/** Writes rows together, or, where their texts are too long for that, one half after the other. */
async function* writeRows(
  rows: SheetRow[],
  mark: RowPlace,
  strings: Strings,
): AsyncGenerator<Piece<RowPlace>> {
  if (rows.length === 0) return;
  const texts = await strings.textsOf(numbersIn(rows), WINDOW_UNITS);
  const lines = texts && linesOf(rows, lineOf(mark), texts);
  if (lines) {
    yield { bytes: encoder.encode(lines), mark };
    return;
  }
  const half = rows.length >> 1;
  const last = rows[half - 1];
  if (!last) throw rowTooLong(rows[0]?.number ?? 0);
  const first = rows.slice(0, half);
  yield* writeRows(first, mark, strings);
  yield* writeRows(rows.slice(half), placeAfter(first, mark, last), strings);
}

function* numbersIn(rows: SheetRow[]): Generator<number> {
  const seen = new Set<number>();
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (typeof cell !== "number" || seen.has(cell)) continue;
      seen.add(cell);
      yield cell;
    }
  }
}

/** @returns `null` where they would be too long. */
function linesOf(rows: SheetRow[], lineBefore: number, texts: Map<number, string>): string | null {
  let lines = "";
  let before = lineBefore;
  for (const { number, cells } of rows) {
    if (number > before + 1) lines += "\n".repeat(number - before - 1);
    before = lineAfter(before, number);
    const shown = cells.map((cell) => (typeof cell === "number" ? (texts.get(cell) ?? "") : cell));
    if (unitsOf(shown) > MOST_ROW_UNITS) return null;
    lines += `${JSON.stringify(shown)}\n`;
    if (lines.length > 2 * WINDOW_UNITS && rows.length > 1) return null;
  }
  return lines;
}

function rowTooLong(row: number): FileProblem {
  return new FileProblem(
    "record_too_large",
    `Row ${row} of the sheet is longer than ${MOST_ROW_UNITS / 1024} KiB. Shorten its cells, and import the workbook again.`,
  );
}
