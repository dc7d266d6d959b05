import { markLength } from "../encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "../encodings/encodings.ts";
import { refuseOtherKinds } from "../file-kind.ts";
import { FileProblem } from "../file-problem.ts";
import { passBlankLines } from "./blank-lines.ts";
import { type Dialect, PLAIN } from "./dialect.ts";
import { isBlank, type RawRecord, readCells } from "./record-cells.ts";
import { findRecordEnd, type RecordEnd, type Units, unitsOf } from "./record-ends.ts";

export type Delimiter = string;

/** How a file is laid out, as its head shows. */
export interface Layout {
  delimiter: Delimiter;
  quote: Dialect["quote"];
  /** The names of the columns, trimmed. */
  header: string[];
  /** The line of the header, from 1; 0 where the file has none. */
  headerLine: number;
  /** The first records below the header. */
  sample: string[][];
  /** Where the first record starts: its byte, and its line from 1. */
  dataOffset: number;
  dataLine: number;
}

/** What the sender knows of the layout; what is `null` is found. */
export interface LayoutHints {
  delimiter: string | null;
  /** The line of the header, from 1; 0 for a file without one. */
  headerLine: number | null;
  /** How many of the cells of a header name an e-mail or a phone, or are named in the mapping. */
  countKnown: (header: string[]) => number;
}

const DELIMITERS: readonly string[] = [",", ";", "\t", "|"];
const HEADER_BYTES = 64 * 1024;
/** The widest exports of CRMs have some hundreds; a lead with a thousand custom fields is no lead any more. */
const MAX_COLUMNS = 1024;
/** How many records of the head are looked at: the header may be any of the first, and others tell whether it is. */
const HEAD_RECORDS = 60;
const HEADER_WITHIN = 30;
const SAMPLE_RECORDS = 20;

/** The head of a file from its first line on. */
interface Head {
  bytes: Uint8Array;
  units: Units;
  encoding: Encoding;
  atEnd: boolean;
}

/** A header where it may be, under a delimiter. */
interface Candidate {
  delimiter: string;
  quote: Dialect["quote"];
  header: string[];
  line: number;
  /** Where the record after it starts, in units of the head, and its line. */
  dataUnit: number;
  dataLine: number;
  /** Whether a quote opens in it and does not close. */
  unclosed: boolean;
  known: number;
  sample: string[][];
  /** The share of the sampled records that have as many cells as the header. */
  consistency: number;
}

/**
 * Where the header of a file is and what separates its cells: where columns are recognised, and the records below
 * have as many cells. A byte order mark, lines above the header and Excel's `sep=;` line are passed over.
 *
 * @param bytes the first bytes of the file, up to 1 MiB
 * @param atEnd whether that is the whole file
 * @throws FileProblem `empty_file`, `binary_file`, `not_a_table`, `header_too_long`, `header_row_missing`,
 *   `no_header`, `ambiguous_layout`, `unclosed_quote` or `too_many_columns`
 */
export function readLayout(
  bytes: Uint8Array,
  encoding: Encoding,
  atEnd: boolean,
  hints: LayoutHints,
): Layout {
  refuseOtherKinds(bytes, encoding);
  const mark = markLength(bytes, encoding);
  const rest = bytes.subarray(mark);
  const head: Head = { bytes: rest, units: unitsOf(rest, encoding, atEnd), encoding, atEnd };
  const separator = readSeparatorLine(head);
  const given = hints.delimiter ?? separator?.delimiter ?? null;
  const start = { unit: separator?.end ?? 0, line: separator ? 2 : 1 };
  const candidates = (given === null ? DELIMITERS : [given]).flatMap((delimiter) =>
    candidatesUnder(head, start, delimiter, hints),
  );
  const chosen = choose(candidates, head, start, hints);
  if (chosen.header.length > MAX_COLUMNS) throw tooManyColumns(chosen);
  return {
    delimiter: chosen.delimiter,
    quote: chosen.quote,
    header: chosen.header.map((name) => name.trim()),
    headerLine: chosen.line,
    sample: chosen.sample,
    dataOffset: Math.min(mark + chosen.dataUnit * unitBytes(encoding), bytes.length),
    dataLine: chosen.dataLine,
  };
}

/** Excel's first line that names the delimiter, as in `sep=;`. */
function readSeparatorLine(head: Head): { delimiter: string | null; end: number } | null {
  const end = findRecordEnd(
    head.units,
    0,
    head.atEnd,
    { ...PLAIN, encoding: head.encoding, delimiter: "\0" },
    100,
  );
  if (end === null) return null;
  const { text } = decode(
    head.bytes.subarray(0, Math.min(end.end, 20) * unitBytes(head.encoding)),
    head.encoding,
  );
  const named = /^"?sep=(.)"?\s*$/i.exec(text)?.[1];
  if (named === undefined) return null;
  return { delimiter: DELIMITERS.find((known) => known === named) ?? null, end: end.end };
}

interface Place {
  unit: number;
  line: number;
}

/** The headers that the head may have under a delimiter. */
function candidatesUnder(head: Head, start: Place, delimiter: string, hints: LayoutHints): Candidate[] {
  const dialect = { ...PLAIN, encoding: head.encoding, delimiter };
  const plain = readHead(head, start, dialect);
  const first = plain.find(({ record }) => !isBlank(record.cells));
  const single = first !== undefined && isWrapped(first.record.cells, "'");
  const quote = single ? "'" : '"';
  const rows = single ? readHead(head, start, { ...dialect, quote }) : plain;
  const candidates: Candidate[] = [];
  for (const [at, { record, end }] of rows.entries()) {
    if (at >= HEADER_WITHIN) break;
    if (isBlank(record.cells) || !mayBeHeader(record.line, hints.headerLine)) continue;
    const header = record.unclosed ? record.cells : unfoldHeader(record.cells, delimiter);
    const below = rows
      .slice(at + 1)
      .map((row) => row.record.cells)
      .filter((cells) => !isBlank(cells))
      .slice(0, SAMPLE_RECORDS);
    const fitting = below.filter((cells) => unfoldHeader(cells, delimiter).length === header.length);
    candidates.push({
      delimiter,
      quote,
      header,
      line: record.line,
      dataUnit: end.unit,
      dataLine: end.line,
      unclosed: record.unclosed,
      known: hints.countKnown(header),
      sample: below,
      consistency: below.length === 0 ? 0 : fitting.length / below.length,
    });
  }
  return candidates;
}

function mayBeHeader(line: number, headerLine: number | null): boolean {
  return headerLine === null || headerLine === 0 || line === headerLine;
}

interface Row {
  record: RawRecord;
  /** Where the record after it starts. */
  end: Place;
}

/** The first records of the head, as far as they end in it. */
function readHead(head: Head, start: Place, dialect: Dialect): Row[] {
  const perUnit = unitBytes(head.encoding);
  const mostUnits = HEADER_BYTES / perUnit;
  const rows: Row[] = [];
  const blank = passBlankLines(
    head.units,
    start.unit,
    `${DELIMITERS.join("")}${dialect.delimiter}`,
    mostUnits,
  );
  let unit = blank.end;
  let line = start.line + blank.lines;
  while (unit < head.units.length && rows.length < HEAD_RECORDS) {
    const end = findRecordEnd(head.units, unit, head.atEnd, dialect, mostUnits);
    if (end === null || end.end - unit > mostUnits) break;
    const own: RecordEnd = { ...end, end: end.end - unit };
    const bytes = head.bytes.subarray(unit * perUnit, end.end * perUnit);
    const [record] = readCells(bytes, [own], dialect, line).records;
    unit = end.end;
    line += end.lines;
    if (record) rows.push({ record, end: { unit, line } });
  }
  return rows;
}

/** The cells of a header that is quoted as a whole. */
function unfoldHeader(cells: string[], delimiter: string): string[] {
  const [only] = cells;
  if (cells.length !== 1 || !only?.includes(delimiter)) return cells;
  return only.split(delimiter);
}

/** Whether all cells stand between the same marks. */
function isWrapped(cells: string[], mark: string): boolean {
  return (
    cells.length > 1 &&
    cells.every((cell) => {
      const text = cell.trim();
      return text.length >= 2 && text.startsWith(mark) && text.endsWith(mark);
    })
  );
}

/**
 * The header that suits the file best: one that names what a lead needs, before one that does not; then the one whose
 * records have as many cells, then the one of most columns, then the first.
 */
function choose(candidates: Candidate[], head: Head, start: Place, hints: LayoutHints): Candidate {
  if (candidates.length === 0) throw noCandidate(head, start, hints);
  if (hints.headerLine === 0) return withoutHeader(candidates, start);
  const [first] = candidates as [Candidate];
  const top = Math.min(...candidates.map(({ line }) => line));
  // Without a known column the header can only be the first line.
  const eligible = candidates.filter(({ known, line }) => known > 0 || line === top);
  const [best = first, ...others] = eligible.sort(byMerit);
  if (best.unclosed) throw unclosedHeader(best);
  const rival = others.find(({ delimiter }) => delimiter !== best.delimiter);
  if (rival && isAmbiguous(best, rival)) throw ambiguous(best, rival);
  if (best.known === 0 && best.header.some(isContact)) throw noHeader(best);
  return best;
}

function byMerit(a: Candidate, b: Candidate): number {
  return (
    Math.sign(b.known) - Math.sign(a.known) ||
    Math.sign(b.header.length - 1) - Math.sign(a.header.length - 1) ||
    Number(a.unclosed) - Number(b.unclosed) ||
    a.line - b.line ||
    b.consistency - a.consistency ||
    b.known - a.known ||
    b.header.length - a.header.length
  );
}

function isAmbiguous(best: Candidate, rival: Candidate): boolean {
  const alike = best.known > 0 && rival.known === best.known && rival.line === best.line;
  return alike && rival.header.length > 1 && rival.consistency === 1 && best.consistency === 1;
}

/** Columns by letters, as many as most records have. */
function withoutHeader(candidates: Candidate[], start: Place): Candidate {
  const top = Math.min(...candidates.map(({ line }) => line));
  const firsts = candidates.filter(({ line }) => line === top);
  const [best] = firsts.sort(
    (a, b) =>
      Math.sign(b.header.length - 1) - Math.sign(a.header.length - 1) ||
      b.consistency - a.consistency ||
      b.header.length - a.header.length,
  ) as [Candidate];
  const header = best.header.map((_, index) => letterOf(index));
  return { ...best, header, line: 0, dataUnit: start.unit, dataLine: start.line };
}

/** The letters of a column, as in a spreadsheet: A, B, … Z, AA. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/** Whether a cell is what a header never is: an address, or a number as long as a phone's. */
function isContact(cell: string): boolean {
  const text = cell.trim();
  if (text.length > 320) return false;
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text) || /^\+?[\d\s().-]{9,20}$/.test(text);
}

function noCandidate(head: Head, start: Place, { headerLine }: LayoutHints): FileProblem {
  if (headerLine !== null && headerLine > 0) {
    return new FileProblem(
      "header_row_missing",
      `The file has no record that begins on line ${headerLine}. Correct header_row, or leave it out.`,
    );
  }
  const units = head.units.subarray(start.unit);
  if (units.every((unit) => unit <= 0x20 || unit === 0x2c || unit === 0x3b || unit === 0x7c)) {
    return new FileProblem(
      "empty_file",
      "The file is empty. Its first line must name the columns, with a lead on each line below.",
    );
  }
  const opens = DELIMITERS.some((delimiter) => {
    const dialect = { ...PLAIN, encoding: head.encoding, delimiter };
    return findRecordEnd(units, 0, true, dialect, units.length)?.form === "unclosed";
  });
  if (opens) return unclosedHeader(start);
  return new FileProblem(
    "header_too_long",
    `The header is longer than ${HEADER_BYTES / 1024} KiB. The first line must name the columns; check that the ` +
      "file has line breaks and that each quote closes, then import it again.",
  );
}

function tooManyColumns({ header }: Candidate): FileProblem {
  return new FileProblem(
    "too_many_columns",
    `The header has ${header.length} columns; at most ${MAX_COLUMNS} are possible. Delete the columns that are not needed, ` +
      "or split the file by columns, and import it again.",
  );
}

function unclosedHeader({ line }: { line: number }): FileProblem {
  return new FileProblem(
    "unclosed_quote",
    `A quote (") opens in the header on line ${line} and does not close. Close or remove it, then import the file again.`,
  );
}

function noHeader({ header }: Candidate): FileProblem {
  const cell = header.find(isContact) ?? "";
  return new FileProblem(
    "no_header",
    `The file seems to have no header: its first line has “${cell.trim().slice(0, 80)}”. Add a first line that names ` +
      "the columns, or send header_row=0 with a mapping of the columns A, B, C and so on.",
  );
}

function ambiguous(best: Candidate, rival: Candidate): FileProblem {
  const reading = ({ delimiter, header }: Candidate) =>
    `${header.length} columns parted by ${delimiter === "\t" ? "tabs" : `“${delimiter}”`}`;
  return new FileProblem(
    "ambiguous_layout",
    `The file can be read in two ways: as ${reading(best)}, or as ${reading(rival)}. Send it again with the field ` +
      "delimiter, which says which one is right.",
  );
}
