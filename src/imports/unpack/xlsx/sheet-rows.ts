import { columnLetters } from "../../../text/column-letters.ts";
import { FileProblem } from "../../readers/file-problem.ts";
import { MAX_COLUMNS } from "../../readers/header.ts";
import { damagedWorkbook } from "./damaged.ts";
import type { ShowNumber } from "./show-number.ts";
import { unescapeText } from "./string-pages.ts";
import { LONGEST, parseXml, type XmlBudget, type XmlHandler, type XmlPlace } from "./xml.ts";

/** A cell: its text, or the number of one that is kept apart. */
export type Cell = string | number;

export interface SheetRow {
  /** From 1, as the sheet shows it. */
  number: number;
  cells: Cell[];
  /** Where the rows after it begin. */
  next: RowPlace;
}

/** A merged range that goes on below a row: its column, its last row, and the value that it shows. */
export interface OpenRange {
  column: number;
  lastRow: number;
  value: Cell;
}

/** A place between two rows. */
export interface RowPlace extends XmlPlace {
  /** The number of the row before. */
  row: number;
  /** How many lines were written before it: as many as rows, unless these are empty or numbered twice. */
  line?: number;
  /** The merged cells that go on below the row before. */
  open?: readonly OpenRange[];
}

const LAST_ROW = 1_048_576;
const LAST_COLUMN = 16_384;
/** What is in a row: for each cell some dozens of tags. */
const MOST_ROW_TAGS = 1_000_000;
/** After so many pieces of nothing but empty rows the last of them is given: it is a place to go on from. */
const EMPTY_PIECES = 8;

/**
 * The rows of a sheet that have something in them, as many as a piece of its part holds at a time. Where there are
 * empty ones for long, the last of these comes without cells.
 *
 * @param shows how numbers are shown, by style.
 * @param budget ends it early where nothing is left of it.
 * @throws FileProblem `too_many_columns`, `formula_without_value` or `damaged_workbook`.
 */
export async function* readRows(
  content: AsyncIterable<Uint8Array>,
  shows: (style: number) => ShowNumber,
  from: RowPlace,
  budget: XmlBudget | null = null,
): AsyncGenerator<SheetRow[]> {
  let rows: SheetRow[] = [];
  let empty: SheetRow | null = null;
  let emptyPieces = 0;
  const handler = collectRows(shows, from.row, (row) => {
    if (row.cells.length > 0) rows.push(row);
    else empty = row;
  });
  for await (const _ of parseXml(content, handler, from, budget)) {
    if (rows.length === 0) {
      emptyPieces += 1;
      if (emptyPieces < EMPTY_PIECES || empty === null) continue;
      rows.push(empty);
    }
    yield rows;
    rows = [];
    empty = null;
    emptyPieces = 0;
  }
}

/** A cell as far as it was read. */
interface OpenCell {
  column: number;
  type: string;
  style: number;
  text: string;
  hasValue: boolean;
  hasFormula: boolean;
}

function collectRows(
  shows: (style: number) => ShowNumber,
  rowBefore: number,
  onRow: (row: SheetRow) => void,
): XmlHandler {
  let row = rowBefore;
  let cells: Cell[] = [];
  let column = 0;
  let cell: OpenCell | null = null;
  let collects = false;
  let aside = 0;
  let rowUnits = 0;
  let rowCells = 0;
  let rowTags = 0;
  let inRow = false;
  return {
    open({ name, attributes }) {
      if (inRow && ++rowTags > MOST_ROW_TAGS) throw damagedWorkbook();
      if (name === "c") {
        if (++rowCells > LAST_COLUMN) throw damagedWorkbook();
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r);
        const { t: type = "n", s: style = "0" } = attributes;
        cell = { column, type, style: Number(style), text: "", hasValue: false, hasFormula: false };
      } else if (name === "v" || name === "t") {
        collects = aside === 0;
        if (cell) cell.hasValue = true;
      } else if (name === "f") {
        if (cell) cell.hasFormula = true;
      } else if (name === "rPh") {
        aside += 1;
      } else if (name === "row") {
        row = attributes.r === undefined ? row + 1 : Number(attributes.r);
        if (!(row >= 1 && row <= LAST_ROW)) throw damagedWorkbook();
        cells = [];
        column = 0;
        rowUnits = 0;
        rowCells = 0;
        rowTags = 0;
        inRow = true;
      }
    },
    text(piece) {
      if (!collects || !cell) return;
      cell.text += piece;
      rowUnits += piece.length;
      if (rowUnits > LONGEST) throw damagedWorkbook();
    },
    close(name, placeAfter) {
      if (name === "v" || name === "t") {
        collects = false;
      } else if (name === "rPh") {
        aside -= 1;
      } else if (name === "c") {
        if (cell) addCell(cells, cell, row, shows);
        cell = null;
      } else if (name === "row") {
        onRow({ number: row, cells, next: { row, ...placeAfter() } });
        cells = [];
        inRow = false;
      }
    },
  };
}

function addCell(cells: Cell[], cell: OpenCell, row: number, shows: (style: number) => ShowNumber): void {
  // One that comes to an empty text says so by its type.
  const isEmpty = !cell.hasValue || (cell.type !== "str" && cell.text.trim() === "");
  if (cell.hasFormula && isEmpty) throw formulaWithoutValue(cell.column, row);
  const value = shownIn(cell, shows);
  if (value === "") return;
  if (cell.column > MAX_COLUMNS) throw beyondLastColumn(cell.column, row);
  while (cells.length < cell.column - 1) cells.push("");
  cells[cell.column - 1] = value;
}

function shownIn({ type, text, style }: OpenCell, shows: (style: number) => ShowNumber): Cell {
  switch (type) {
    case "s":
      return text === "" ? "" : Number(text);
    case "b":
      return text.trim() === "1" || text.trim() === "true" ? "TRUE" : "FALSE";
    case "d":
      return text.replace("T", " ").replace(/(?: 00:00(?::00)?)?(?:\.0+)?Z?$/, "");
    case "n": {
      const number = Number(text);
      return text.trim() === "" || !Number.isFinite(number) ? text : shows(style)(number, text);
    }
    default:
      return unescapeText(text);
  }
}

/** The number of a cell's column, from 1: `C7` is in the third. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) | 0x20;
    if (letter < 0x61 || letter > 0x7a) break;
    column = column * 26 + letter - 0x60;
    if (column > LAST_COLUMN) break;
  }
  if (column < 1 || column > LAST_COLUMN) throw damagedWorkbook();
  return column;
}

function formulaWithoutValue(column: number, row: number): FileProblem {
  return new FileProblem(
    "formula_without_value",
    `Cell ${columnLetters(column - 1)}${row} has a formula whose value was not saved in the file. Open the workbook in Excel or ` +
      "LibreOffice, save it there, and import that file.",
  );
}

function beyondLastColumn(column: number, row: number): FileProblem {
  return new FileProblem(
    "too_many_columns",
    `Cell ${columnLetters(column - 1)}${row} is beyond the ${MAX_COLUMNS} columns that are possible. Delete the columns that are ` +
      "not needed, and import the workbook again.",
  );
}
