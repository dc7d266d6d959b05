import type { Units } from "../lines/units.ts";
import type { RecordSpan } from "../records.ts";
import type { Dialect } from "./dialect.ts";
import { quoteSign } from "./quote-marks.ts";
import { holdsRecord } from "./swallowed-records.ts";

/**
 * How a record is written: `plain` by the book (RFC 4180), `irregular` where quotes or spaces stand where they
 * should not, `unclosed` where a quote opens and does not close: then the record ends with the line it opens in.
 */
export type RecordForm = "plain" | "irregular" | "unclosed";

/** Newlines inside quotes are lines, too. */
export interface RecordEnd extends RecordSpan {
  /** What ended the record; nothing at the end of a file without a last newline. */
  newline: "\n" | "\r" | "\r\n" | "";
  form: RecordForm;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BACKSLASH = 0x5c;

/** A quoted cell as far as it has been read. */
interface Quoted {
  /** The unit after the closing quote, or -1 where none was found. */
  close: number;
  /** Whether the cell is written by the book so far. */
  plain: boolean;
  lines: number;
  /** The end of the line that the quote opened in, where the cell has more than one. */
  firstBreak: { end: number; newline: "\n" | "\r" | "\r\n"; lines: number } | null;
}

/**
 * Where the record ends that starts at a unit: at the first LF, CR or CRLF outside quotes (RFC 4180, widened to
 * each newline in use). A field is quoted when a quote is its first character, after spaces or none.
 *
 * A quoted cell that runs over line ends and does not close where a cell can end, or that holds what are records of
 * their own, is an accident: the record ends with the line in which the quote opened, and the lines after it are
 * read on their own. Text after a quote that closes in its line goes on as an unquoted field, as Excel, LibreOffice
 * and Python's csv module read it.
 *
 * @param atEnd whether the units reach the end of the file, which ends a record too
 * @param mostUnits how long a quoted cell may go on before it counts as unclosed
 * @returns `null` when the record needs more units
 */
export function findRecordEnd(
  units: Units,
  start: number,
  atEnd: boolean,
  dialect: Dialect,
  mostUnits: number,
): RecordEnd | null {
  const separator = dialect.delimiter.charCodeAt(0);
  const quote = quoteSign(dialect.quote).charCodeAt(0);
  const length = units.length;
  let lines = 1;
  let form: RecordForm = "plain";
  let at = start;
  // Each turn is one field.
  for (;;) {
    let opens = at;
    if (units[at] === SPACE || (units[at] === TAB && separator !== TAB))
      opens = afterSpaces(units, at, separator);
    if (opens < length && units[opens] === quote) {
      const cell = readQuoted(units, opens + 1, atEnd, dialect, lines, start + mostUnits);
      if (cell === null) return null;
      const proper = cell.close >= 0 && endsCell(units, cell.close, separator, atEnd);
      const accident =
        cell.close < 0 ||
        (cell.firstBreak !== null &&
          (!proper || holdsRecord(units, cell.firstBreak.end, cell.close - 1, dialect)));
      if (accident) return endOfUnclosed(cell, length);
      if (proper || opens === at) {
        if (
          opens !== at ||
          !proper ||
          !cell.plain ||
          afterSpaces(units, cell.close, separator) !== cell.close
        )
          form = "irregular";
        at = cell.close;
        lines = cell.lines;
      }
    }
    while (at < length && units[at] !== separator && units[at] !== LF && units[at] !== CR) at++;
    if (at >= length) return atEnd ? { end: at, newline: "", lines, form } : null;
    const unit = units[at++];
    if (unit === LF) return { end: at, newline: "\n", lines, form };
    if (unit === CR) {
      if (at < length && units[at] === LF) return { end: at + 1, newline: "\r\n", lines, form };
      // Whether an LF belongs to this CR can only be seen with the next unit.
      return at < length || atEnd ? { end: at, newline: "\r", lines, form } : null;
    }
  }
}

/** Reads a quoted cell from the unit after its quote on. @returns `null` when it needs more units. */
function readQuoted(
  units: Units,
  from: number,
  atEnd: boolean,
  dialect: Dialect,
  linesBefore: number,
  limit: number,
): Quoted | null {
  const separator = dialect.delimiter.charCodeAt(0);
  const quote = quoteSign(dialect.quote).charCodeAt(0);
  const length = units.length;
  const cell: Quoted = { close: -1, plain: true, lines: linesBefore, firstBreak: null };
  let at = from;
  while (at < length && at < limit) {
    const unit = units[at++];
    if (unit === quote) {
      const escaped = at - 2 >= from && units[at - 2] === BACKSLASH;
      if (units[at] === quote) {
        // `\""` at the end of a cell is an escaped quote and the closing one.
        if (escaped && endsCell(units, at + 1, separator, atEnd)) {
          return { ...cell, close: at + 1, plain: false };
        }
        at++;
      } else if (escaped && !endsCell(units, at, separator, atEnd)) {
        if (at >= length && !atEnd) return null;
        cell.plain = false;
      } else {
        if (!atEnd && afterSpaces(units, at, separator) >= length) return null;
        return { ...cell, close: at };
      }
    } else if (unit === LF || unit === CR) {
      if (unit === CR && at >= length && !atEnd) return null;
      const pair = unit === CR && units[at] === LF;
      if (pair) at++;
      cell.firstBreak ??= { end: at, newline: pair ? "\r\n" : unit === LF ? "\n" : "\r", lines: cell.lines };
      cell.lines++;
    }
  }
  if (at >= limit && cell.firstBreak !== null) return cell;
  return atEnd ? cell : null;
}

/** The record of a quote that does not close: the rest of its line. */
function endOfUnclosed({ firstBreak, lines }: Quoted, length: number): RecordEnd {
  return firstBreak
    ? { ...firstBreak, form: "unclosed" }
    : { end: length, newline: "", lines, form: "unclosed" };
}

/** Whether a cell can end at a place: there is a delimiter, a line end or the end of the file, after spaces or none. */
function endsCell(units: Units, at: number, separator: number, atEnd: boolean): boolean {
  const next = afterSpaces(units, at, separator);
  if (next >= units.length) return atEnd;
  return units[next] === separator || units[next] === LF || units[next] === CR;
}

function afterSpaces(units: Units, from: number, separator: number): number {
  let at = from;
  while (at < units.length && (units[at] === SPACE || (units[at] === TAB && separator !== TAB))) at++;
  return at;
}
