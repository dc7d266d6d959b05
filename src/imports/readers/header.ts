import { columnLetters } from "../../text/column-letters.ts";
import { FileProblem } from "./file-problem.ts";
import { type HeaderEvidence, isContact, weighHeader } from "./header-evidence.ts";
import type { Layout, LayoutHints } from "./reader.ts";
import { isBlank, type RawRecord } from "./records.ts";

/** The widest exports of CRMs have some hundreds; a thousand custom fields are too many for a lead. */
export const MAX_COLUMNS = 1024;
/** How many records of a head are looked at: the header may be any of the first, and others tell whether it is. */
export const HEAD_RECORDS = 60;
/** How long a header may be. */
export const HEADER_BYTES = 64 * 1024;
/** The header is one of so many records, unless its line was said. */
const HEADER_WITHIN = 30;
const SAMPLE_RECORDS = 20;

/** A place in the head: the unit, and the line from 1. */
export interface Place {
  unit: number;
  line: number;
}

/** A record of the head, and where the one after it starts. */
export interface Row {
  record: RawRecord;
  end: Place;
}

/** The first records of a file, as they are under one reading of it. */
export interface Table extends Pick<Layout, "delimiter" | "quote"> {
  rows: Row[];
  /** The cells of a header, where they are written otherwise than those of a record. */
  unfold(cells: string[]): string[];
  /** Whether a record may stand under a header. */
  fits(cells: string[], header: string[]): boolean;
}

/** A header where it may be, under a delimiter. */
export interface Candidate extends Pick<Layout, "delimiter" | "quote">, HeaderEvidence {
  header: string[];
  line: number;
  /** Where the record after it starts, in units of the head, and its line. */
  dataUnit: number;
  dataLine: number;
  /** Whether a quote opens in it and does not close. */
  unclosed: boolean;
  sample: string[][];
  /** The share of the sampled records that have as many cells as the header. */
  consistency: number;
}

/** The headers that a file may have under one reading of it. */
export function candidatesIn(table: Table, hints: LayoutHints): Candidate[] {
  const { delimiter, quote, rows } = table;
  const candidates: Candidate[] = [];
  for (const [at, { record, end }] of rows.entries()) {
    if (at >= HEADER_WITHIN && hints.headerLine === null) break;
    if (isBlank(record.cells) || !mayBeHeader(record.line, hints.headerLine)) continue;
    const unclosed = record.problem !== null;
    const header = unclosed ? record.cells : table.unfold(record.cells);
    const below = rows
      .slice(at + 1)
      .map((row) => row.record.cells)
      .filter((cells) => !isBlank(cells))
      .slice(0, SAMPLE_RECORDS);
    const fitting = below.filter((cells) => table.fits(cells, header));
    candidates.push({
      delimiter,
      quote,
      header,
      line: record.line,
      dataUnit: end.unit,
      dataLine: end.line,
      unclosed,
      ...weighHeader(header, hints.findKnown(header), below),
      sample: below,
      consistency: below.length === 0 ? 0 : fitting.length / below.length,
    });
  }
  return candidates;
}

/** How many records of a head are read to find its header: all of them where its line was said, and is far below. */
export function recordsLookedAt({ headerLine }: Pick<LayoutHints, "headerLine">): number {
  return headerLine !== null && headerLine > HEADER_WITHIN ? Number.POSITIVE_INFINITY : HEAD_RECORDS;
}

function mayBeHeader(line: number, headerLine: number | null): boolean {
  return headerLine === null || headerLine === 0 || line === headerLine;
}

/**
 * The header that suits the file best: one that names what a lead needs, before one that does not or holds contacts
 * itself; then one that has contacts below it; then the one whose records have as many cells, then the one of most
 * columns, then the first.
 *
 * @param candidates one at least.
 * @throws FileProblem `unclosed_quote`, `ambiguous_layout`, `no_header` or `too_many_columns`.
 */
export function chooseHeader(candidates: Candidate[], start: Place, hints: LayoutHints): Candidate {
  const chosen = choose(candidates, start, hints);
  if (chosen.header.length > MAX_COLUMNS) throw tooManyColumns(chosen);
  return chosen;
}

function choose(candidates: Candidate[], start: Place, hints: LayoutHints): Candidate {
  if (hints.headerLine === 0) return withoutHeader(candidates, start);
  const [first] = candidates as [Candidate];
  const top = Math.min(...candidates.map(({ line }) => line));
  // Without a known column the header can only be the first line.
  const eligible = candidates.filter((candidate) => mayNameColumns(candidate) || candidate.line === top);
  const [best = first, ...others] = eligible.sort(byMerit);
  if (best.unclosed) throw unclosedHeader(best);
  const rival = others.find(({ delimiter }) => delimiter !== best.delimiter);
  if (rival && isAmbiguous(best, rival)) throw ambiguous(best, rival);
  if (best.known === 0 && best.header.some(isContact)) throw noHeader(best);
  return best;
}

/** Whether a row has the name of a known column in it, and nobody's address or number. */
function namesColumns({ known, hasContacts }: HeaderEvidence): boolean {
  return known > 0 && !hasContacts;
}

/** Whether a row that is not the first may be the header. */
function mayNameColumns(evidence: HeaderEvidence): boolean {
  return namesColumns(evidence) || (evidence.known > 0 && evidence.confirmed > 0);
}

function byMerit(a: Candidate, b: Candidate): number {
  return (
    Number(namesColumns(b)) - Number(namesColumns(a)) ||
    Math.sign(b.known) - Math.sign(a.known) ||
    Math.sign(b.confirmed) - Math.sign(a.confirmed) ||
    Math.sign(b.filled - 1) - Math.sign(a.filled - 1) ||
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
  const header = best.header.map((_, index) => columnLetters(index));
  return { ...best, header, line: 0, dataUnit: start.unit, dataLine: start.line };
}

function tooManyColumns({ header }: Candidate): FileProblem {
  return new FileProblem(
    "too_many_columns",
    `The header has ${header.length} columns; at most ${MAX_COLUMNS} are possible. Delete the columns that are not needed, ` +
      "or split the file by columns, and import it again.",
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

/** A header row that the sender named and that is not there. */
export function headerRowMissing(headerLine: number): FileProblem {
  return new FileProblem(
    "header_row_missing",
    `The beginning of the file, its first 256 KiB, has no record that begins on line ${headerLine}. Correct header_row, or leave ` +
      "it out; where the header is further down, make a file of what begins with it.",
  );
}

/** A file that has nothing but white space and delimiters. */
export function emptyFile(): FileProblem {
  return new FileProblem(
    "empty_file",
    "The file is empty. Its first line must name the columns, with a lead on each line below.",
  );
}

/** A quote in the header that does not close. */
export function unclosedHeader({ line }: { line: number }): FileProblem {
  return new FileProblem(
    "unclosed_quote",
    `A quote (") opens in the header on line ${line} and does not close. Close or remove it, then import the file again.`,
  );
}
