import Papa from "papaparse";
import { decode, isSingleByte, unitBytes } from "../encodings/encodings.ts";
import { repairRecord } from "../encodings/repair/repair-record.ts";
import type { RawRecord } from "../records.ts";
import type { Dialect } from "./dialect.ts";
import { areTypographic, quoteSign, STAND_IN, standInText } from "./quote-marks.ts";
import type { RecordEnd } from "./record-ends.ts";
import { splitIrregular } from "./split-irregular.ts";

/**
 * The cells of whole records.
 *
 * Papa Parse knows one newline at a time, so it is given runs of records that are by the book and end alike.
 *
 * @param bytes exactly the records
 * @param ends where each of them ends, in units from the start of `bytes`
 * @param line the line of the file that the first one begins at
 * @returns each record, blank ones included, and whether bytes meant no character
 */
export function readCells(
  bytes: Uint8Array,
  ends: RecordEnd[],
  dialect: Dialect,
  line: number,
): { records: RawRecord[]; damaged: boolean } {
  const records: RawRecord[] = [];
  let damaged = false;
  let start = 0;
  let nextLine = line;
  for (let first = 0; first < ends.length; ) {
    const past = endOfRun(ends, first);
    const run = ends.slice(first, past);
    const end = (ends[past - 1] as RecordEnd).end * unitBytes(dialect.encoding);
    const read = readRun(bytes.subarray(start, end), run, dialect);
    for (const [index, { lines }] of run.entries()) {
      const { cells, problem, doubt } = read.records[index] as Omit<RawRecord, "line">;
      const own = areTypographic(dialect.quote)
        ? cells.map((cell) => cell.replaceAll(STAND_IN, dialect.quote))
        : cells;
      const record: RawRecord = { cells: unfold(own, dialect), line: nextLine, problem };
      if (doubt !== undefined) record.doubt = doubt;
      records.push(record);
      nextLine += lines;
    }
    damaged ||= read.damaged;
    start = end;
    first = past;
  }
  if (dialect.encoding === "utf-8-repaired") records.forEach(repairRecord);
  return { records, damaged };
}

/** The index after the last record that can be parsed together with the first one. */
function endOfRun(ends: RecordEnd[], first: number): number {
  const { newline, form } = ends[first] as RecordEnd;
  let past = first + 1;
  if (form !== "plain") return past;
  while (past < ends.length) {
    const next = ends[past] as RecordEnd;
    if (next.form !== "plain" || (next.newline !== newline && next.newline !== "")) break;
    past++;
  }
  return past;
}

type Run = { records: Omit<RawRecord, "line">[]; damaged: boolean };

function readRun(bytes: Uint8Array, run: RecordEnd[], dialect: Dialect): Run {
  const [first] = run as [RecordEnd];
  const { text: decoded, damaged } = decodeRun(bytes, dialect);
  const text = areTypographic(dialect.quote) ? standInText(decoded, dialect) : decoded;
  if (first.form === "plain") {
    // The record at the end of a file may go without a newline: any will do.
    const cells = parse(text, first.newline || "\n", dialect);
    if (cells.length === run.length) {
      return { records: cells.map((one) => ({ cells: one, problem: null })), damaged };
    }
  }
  if (run.length > 1) return readOneByOne(bytes, run, dialect);
  const record = text.slice(0, text.length - first.newline.length);
  const { cells, open, loose } = splitIrregular(record, dialect, dialect.columns);
  // The quote stays in the cell: else nobody would see what to mend.
  if (open) cells[open.index] = open.text;
  if (first.form === "unclosed" || open !== null)
    return { records: [{ cells, problem: "unclosed_quote" }], damaged };
  const read: Omit<RawRecord, "line"> = { cells, problem: null };
  if (loose >= 0) read.doubt = { code: "quotes_in_doubt", cell: loose };
  return { records: [read], damaged };
}

/** Where Papa Parse takes them for fewer or more than they are. */
function readOneByOne(bytes: Uint8Array, run: RecordEnd[], dialect: Dialect): Run {
  const size = unitBytes(dialect.encoding);
  // The ends count from the start of the chunk, the bytes from that of the run.
  const base = (run.at(-1) as RecordEnd).end * size - bytes.length;
  let start = 0;
  const parts = run.map((end) => {
    const stop = end.end * size - base;
    const part = readRun(bytes.subarray(start, stop), [{ ...end, form: "irregular" }], dialect);
    start = stop;
    return part;
  });
  return { records: parts.flatMap(({ records }) => records), damaged: parts.some((part) => part.damaged) };
}

/** A file of one byte a character may have lines of UTF-8 in it, put there by another program: each is told by itself. */
function decodeRun(bytes: Uint8Array, { encoding }: Dialect): { text: string; damaged: boolean } {
  if (!isSingleByte(encoding) || !hasUtf8(bytes)) return decode(bytes, encoding);
  let text = "";
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    text += (hasUtf8(line) ? utf8Of(line) : null) ?? decode(line, encoding).text;
    start = end;
  }
  return { text, damaged: false };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Whether there is a byte beyond ASCII with what follows it in UTF-8 behind it. */
function hasUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length - 1; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0xc2 && byte <= 0xf4 && ((bytes[at + 1] as number) & 0xc0) === 0x80) return true;
  }
  return false;
}

function parse(text: string, newline: "\n" | "\r" | "\r\n", { delimiter, quote }: Dialect): string[][] {
  const ended = text.endsWith(newline) ? text : text + newline;
  // Papa Parse takes one U+FEFF off the start of whatever it parses, even in the middle of a file.
  const input = ended.startsWith("\uFEFF") ? `\uFEFF${ended}` : ended;
  const { data } = Papa.parse<string[]>(input, { delimiter, newline, quoteChar: quoteSign(quote) });
  // What follows the last newline is the start of a record that is not there.
  data.pop();
  return data;
}

/** A line that is quoted as a whole is one cell, which holds the cells. Excel writes such lines. */
function unfold(cells: string[], dialect: Dialect): string[] {
  const [only] = cells;
  if (cells.length !== 1 || dialect.columns < 2 || !only?.includes(dialect.delimiter)) return cells;
  const { cells: inner } = splitIrregular(only, dialect, dialect.columns);
  return inner.length === dialect.columns ? inner : cells;
}
