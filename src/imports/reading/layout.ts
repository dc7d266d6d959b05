import { FileProblem } from "../file-problem.ts";
import { passBlankLines } from "./blank-lines.ts";
import { decode, type Encoding, markLength } from "./encoding.ts";
import { hasNul, markupOf, signatureOf } from "./file-kind.ts";
import { isBlank, readCells } from "./record-cells.ts";
import { findRecordEnd, type RecordEnd, type Units, unitBytes, unitsOf } from "./record-ends.ts";

export type Delimiter = "," | ";" | "\t" | "|";

/** How a file is laid out, as its head shows. */
export interface Layout {
  delimiter: Delimiter;
  /** The names of the columns, trimmed. */
  header: string[];
  /** The first records below the header. */
  sample: string[][];
  /** Where the first record starts: its byte, and its line from 1. */
  dataOffset: number;
  dataLine: number;
}

const DELIMITERS: Delimiter[] = [",", ";", "\t", "|"];
const HEADER_BYTES = 64 * 1024;
/** The widest exports of CRMs have some hundreds; a lead with a thousand custom fields is no lead any more. */
const MAX_COLUMNS = 1024;
/** How many records after the header tell the delimiter. */
const SAMPLE_RECORDS = 20;

/** The head of a file from its header on. */
interface Head {
  bytes: Uint8Array;
  units: Units;
  encoding: Encoding;
  atEnd: boolean;
}

interface Candidate {
  delimiter: Delimiter;
  headerEnd: RecordEnd;
  header: string[];
  records: string[][];
  /** The share of the sampled records that have as many cells as the header. */
  consistency: number;
}

/**
 * Where the header of a file is and what separates its cells. A byte order mark, blank lines before the header
 * and Excel's `sep=;` line are passed over.
 *
 * @param head the first bytes of the file, up to 1 MiB
 * @param atEnd whether that is the whole file
 * @throws FileProblem `empty_file`, `binary_file`, `not_a_table`, `header_too_long`, `too_many_columns` or
 *   `unclosed_quote`
 */
export function readLayout(head: Uint8Array, encoding: Encoding, atEnd: boolean): Layout {
  refuseOtherKinds(head, encoding);
  const mark = markLength(head, encoding);
  const preamble = passPreamble(headFrom(head, mark, encoding, atEnd));
  const dataHead = headFrom(head, mark + preamble.bytes, encoding, atEnd);
  const { delimiter, headerEnd, header, records } = findHeader(
    dataHead,
    preamble.delimiter === null ? DELIMITERS : [preamble.delimiter],
    preamble.lines + 1,
  );
  if (header.length > MAX_COLUMNS) {
    throw new FileProblem(
      "too_many_columns",
      `The header has ${header.length} columns; at most ${MAX_COLUMNS} are possible. Delete the columns that are not needed, ` +
        "or split the file by columns, and import it again.",
    );
  }
  return {
    delimiter,
    header: header.map((name) => name.trim()),
    sample: records,
    dataOffset: Math.min(mark + preamble.bytes + headerEnd.end * unitBytes(encoding), head.length),
    dataLine: 1 + preamble.lines + headerEnd.lines,
  };
}

function refuseOtherKinds(head: Uint8Array, encoding: Encoding): void {
  const kind = signatureOf(head);
  if (kind !== null) {
    throw new FileProblem("binary_file", `This file is ${kind.name}, not a CSV file. ${kind.advice}`);
  }
  if (unitBytes(encoding) === 1 && hasNul(head)) {
    throw new FileProblem(
      "binary_file",
      "This file is not text: it has NUL bytes. Export the table of leads as CSV UTF-8, and import that file.",
    );
  }
  const markup = markupOf(decode(head.subarray(markLength(head, encoding), 1024), encoding).text);
  if (markup !== null) {
    throw new FileProblem(
      "not_a_table",
      `This file is ${markup}, not a CSV file. Export the table of leads as CSV UTF-8, and import that file.`,
    );
  }
}

function headFrom(head: Uint8Array, offset: number, encoding: Encoding, atEnd: boolean): Head {
  const bytes = head.subarray(offset);
  return { bytes, units: unitsOf(bytes, encoding, atEnd), encoding, atEnd };
}

/** Passes over blank lines and Excel's `sep=;` line, which its users write to name the delimiter. */
function passPreamble(head: Head): { bytes: number; lines: number; delimiter: Delimiter | null } {
  const perUnit = unitBytes(head.encoding);
  let delimiter: Delimiter | null = null;
  let at = 0;
  let lines = 0;
  while (at < head.units.length) {
    const blank = passBlankLines(head.units, at, ",;|", HEADER_BYTES);
    at = blank.end;
    lines += blank.lines;
    const line = at < head.units.length ? findRecordEnd(head.units, at, head.atEnd, ",") : null;
    if (line === null) {
      break;
    }
    const { text } = decode(head.bytes.subarray(at * perUnit, line.end * perUnit), head.encoding);
    const separator = /^"?sep=(.)"?\s*$/i.exec(text)?.[1];
    if (separator !== undefined && delimiter === null) {
      delimiter = DELIMITERS.find((known) => known === separator) ?? null;
    } else if (!/^[\s",;|]*$/.test(text)) {
      break;
    }
    at = line.end;
    lines += line.lines;
  }
  if (at >= head.units.length) {
    throw new FileProblem(
      "empty_file",
      "The file is empty. Its first line must name the columns, with a lead on each line below.",
    );
  }
  return { bytes: at * perUnit, lines, delimiter };
}

/** The header under the delimiter that suits it best: the most consistent one, of those the one of most columns. */
function findHeader(head: Head, delimiters: Delimiter[], line: number): Candidate {
  const candidates = delimiters.map((delimiter) => sample(head, delimiter));
  const best = candidates
    .filter((candidate) => candidate !== null)
    .filter((candidate) => candidate.header.length > 1)
    .sort((a, b) => b.consistency - a.consistency || b.header.length - a.header.length)[0];
  if (best !== undefined) {
    return best;
  }
  // A table of one column, then, unless a quote swallowed the rest of it.
  const [first] = candidates;
  if (first != null && !candidates.includes(null)) {
    return first;
  }
  if (delimiters.some((delimiter) => findRecordEnd(head.units, 0, true, delimiter) === null)) {
    throw new FileProblem(
      "unclosed_quote",
      `A quote (") opens in the header on line ${line} and never closes. Close or remove it, then import the file again.`,
    );
  }
  throw new FileProblem(
    "header_too_long",
    `The header on line ${line} is longer than ${HEADER_BYTES / 1024} KiB. The first line must name the columns; ` +
      "check that the file has line breaks, then import it again.",
  );
}

/** How the head reads under a delimiter; `null` when its header does not end within the bytes it may take. */
function sample(head: Head, delimiter: Delimiter): Candidate | null {
  const perUnit = unitBytes(head.encoding);
  const headerEnd = findRecordEnd(head.units, 0, head.atEnd, delimiter);
  if (headerEnd === null || headerEnd.end * perUnit > HEADER_BYTES) {
    return null;
  }
  const ends = [headerEnd];
  let at = headerEnd.end;
  while (at < head.units.length && ends.length <= SAMPLE_RECORDS) {
    const next = findRecordEnd(head.units, at, head.atEnd, delimiter);
    if (next === null) {
      break;
    }
    ends.push(next);
    at = next.end;
  }
  const { cells } = readCells(head.bytes.subarray(0, at * perUnit), ends, {
    encoding: head.encoding,
    delimiter,
  });
  const [header = [], ...records] = cells;
  const told = records.filter((record) => !isBlank(record));
  const fitting = told.filter((record) => record.length === header.length);
  return {
    delimiter,
    headerEnd,
    header,
    records: told,
    consistency: told.length === 0 ? 0 : fitting.length / told.length,
  };
}
