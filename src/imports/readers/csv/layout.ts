import { markLength } from "../encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "../encodings/encodings.ts";
import { refuseOtherKinds } from "../file-kind.ts";
import { FileProblem } from "../file-problem.ts";
import {
  type Candidate,
  candidatesIn,
  chooseHeader,
  emptyFile,
  HEAD_RECORDS,
  HEADER_BYTES,
  headerRowMissing,
  type Place,
  type Row,
  recordsLookedAt,
  type Table,
  unclosedHeader,
} from "../header.ts";
import { passBlankLines } from "../lines/blank-lines.ts";
import { type Units, unitsOf } from "../lines/units.ts";
import { findTableEnd, mayHaveOtherTables } from "../other-tables.ts";
import type { Layout, LayoutHints, Quote } from "../reader.ts";
import { isBlank } from "../records.ts";
import { type Dialect, PLAIN } from "./dialect.ts";
import { findQuote } from "./find-quote.ts";
import { areTypographic, mayHaveMarks, standInUnits } from "./quote-marks.ts";
import { readCells } from "./record-cells.ts";
import { findRecordEnd, type RecordEnd } from "./record-ends.ts";

/** The delimiters that are detected; any other has to be named. */
export const DELIMITERS: readonly string[] = [",", ";", "\t", "|"];

/** The head of a file from its first line on. */
interface Head {
  bytes: Uint8Array;
  units: Units;
  encoding: Encoding;
  atEnd: boolean;
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
  const known = hints.delimiter ?? separator?.delimiter ?? null;
  const start = { unit: separator?.end ?? 0, line: separator ? 2 : 1 };
  const candidates = (known === null ? DELIMITERS : [known]).flatMap((delimiter) =>
    candidatesUnder(head, start, delimiter, hints),
  );
  if (candidates.length === 0) throw noCandidate(head, start, hints);
  const chosen = chooseHeader(candidates, start, hints);
  const dialect = { ...PLAIN, encoding, delimiter: chosen.delimiter as string, quote: chosen.quote };
  const isScanned = mayHaveOtherTables(decode(rest, encoding).text, chosen);
  const rows = readHead(head, start, dialect, isScanned ? Number.POSITIVE_INFINITY : HEAD_RECORDS);
  return {
    delimiter: chosen.delimiter,
    quote: chosen.quote,
    header: chosen.header.map((name) => name.trim()),
    headerLine: chosen.line,
    endLine: findTableEnd(tableOf(dialect, rows), chosen, hints),
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

/** The headers that the head may have under a delimiter. */
function candidatesUnder(head: Head, start: Place, delimiter: string, hints: LayoutHints): Candidate[] {
  const dialect = { ...PLAIN, encoding: head.encoding, delimiter };
  const most = recordsLookedAt(hints);
  const plain = readHead(head, start, dialect, most);
  const first = plain.find(({ record }) => !isBlank(record.cells));
  const single = first !== undefined && isWrapped(first.record.cells, "'");
  const quote = single ? "'" : quoteOf(head, start, delimiter);
  const rows = quote === '"' ? plain : readHead(head, start, { ...dialect, quote }, most);
  return candidatesIn(tableOf({ ...dialect, quote }, rows), hints);
}

/** How much of the head is searched for other quotes. */
const QUOTE_BYTES = 64 * 1024;

function quoteOf({ bytes, encoding, atEnd }: Head, start: Place, delimiter: string): Quote {
  if (!mayHaveMarks(encoding)) return '"';
  const from = start.unit * unitBytes(encoding);
  const { text } = decode(bytes.subarray(from, from + QUOTE_BYTES), encoding);
  return findQuote(text, delimiter, atEnd && bytes.length - from <= QUOTE_BYTES);
}

function tableOf({ delimiter, quote }: Dialect, rows: Row[]): Table {
  return {
    delimiter,
    quote,
    rows,
    unfold: (cells) => unfoldHeader(cells, delimiter),
    fits: (cells, header) => unfoldHeader(cells, delimiter).length === header.length,
  };
}

/** The first records of the head, as far as they end in it. @param most how many of them. */
function readHead(head: Head, start: Place, dialect: Dialect, most: number): Row[] {
  const perUnit = unitBytes(head.encoding);
  const mostUnits = HEADER_BYTES / perUnit;
  const rows: Row[] = [];
  const units = areTypographic(dialect.quote) ? standInUnits(head.units, dialect) : head.units;
  const blank = passBlankLines(
    head.units,
    start.unit,
    `${DELIMITERS.join("")}${dialect.delimiter}`,
    mostUnits,
  );
  let unit = blank.end;
  let line = start.line + blank.lines;
  while (unit < units.length && rows.length < most) {
    const end = findRecordEnd(units, unit, head.atEnd, dialect, mostUnits);
    if (end === null || end.end - unit > mostUnits) break;
    const own: RecordEnd = { ...end, end: end.end - unit };
    const bytes = head.bytes.subarray(unit * perUnit, end.end * perUnit);
    const [record] = readCells(bytes, [own], dialect, line).records;
    unit = end.end;
    line += end.lines;
    if (record) rows.push({ record, end: { unit, line } });
    // Each quote that does not close is looked after as far as a header may be long.
    if (record?.problem && rows.length > HEAD_RECORDS) break;
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

function noCandidate(head: Head, start: Place, { headerLine }: LayoutHints): FileProblem {
  if (headerLine !== null && headerLine > 0) return headerRowMissing(headerLine);
  const units = head.units.subarray(start.unit);
  if (units.every((unit) => unit <= 0x20 || unit === 0x2c || unit === 0x3b || unit === 0x7c))
    return emptyFile();
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
