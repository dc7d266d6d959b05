import Papa from "papaparse";
import { decode } from "./encoding.ts";
import { type Dialect, type RecordEnd, unitBytes } from "./record-ends.ts";

/**
 * The cells of whole records, as they stand in the file: neither trimmed nor converted.
 *
 * Papa Parse knows one newline at a time and its own way with text after a closing quote (it reads on to a later
 * quote, over line ends), so it is given runs of well-formed records that end alike, and counted: it must find
 * as many as were put in.
 *
 * @param bytes exactly the records
 * @param ends where each of them ends, in units from the start of `bytes`
 * @returns one array of cells for each record, blank ones included, and whether bytes meant no character
 * @throws Error when Papa Parse and the scanner disagree, which would be a bug
 */
export function readCells(
  bytes: Uint8Array,
  ends: RecordEnd[],
  dialect: Dialect,
): { cells: string[][]; damaged: boolean } {
  const runs: string[][][] = [];
  let damaged = false;
  let start = 0;
  for (let first = 0; first < ends.length; ) {
    const past = endOfRun(ends, first);
    const last = ends[past - 1] as RecordEnd;
    const end = last.end * unitBytes(dialect.encoding);
    const run = decode(bytes.subarray(start, end), dialect.encoding);
    runs.push(
      last.malformed
        ? [splitMalformed(run.text.slice(0, run.text.length - last.newline.length), dialect.delimiter)]
        : parse(run.text, newlineOf(ends[first]), past - first, dialect.delimiter),
    );
    damaged ||= run.damaged;
    start = end;
    first = past;
  }
  return { cells: runs.length === 1 ? (runs[0] as string[][]) : runs.flat(), damaged };
}

/** Whether a record says nothing: spreadsheets end a table with lines of nothing but delimiters. */
export function isBlank(cells: string[]): boolean {
  return cells.every((cell) => cell === "" || cell.trim() === "");
}

/** The index after the last record that can be parsed together with the first one. */
function endOfRun(ends: RecordEnd[], first: number): number {
  const { newline, malformed } = ends[first] as RecordEnd;
  let past = first + 1;
  while (!malformed && past < ends.length) {
    const next = ends[past] as RecordEnd;
    if (next.malformed || (next.newline !== newline && next.newline !== "")) {
      break;
    }
    past++;
  }
  return past;
}

/** The record at the end of a file may go without a newline: any will do. */
function newlineOf(end: RecordEnd | undefined): "\n" | "\r" | "\r\n" {
  return end?.newline || "\n";
}

function parse(text: string, newline: "\n" | "\r" | "\r\n", count: number, delimiter: string): string[][] {
  const ended = text.endsWith(newline) ? text : text + newline;
  // Papa Parse takes one U+FEFF off the start of whatever it parses, even in the middle of a file.
  const input = ended.startsWith("\uFEFF") ? `\uFEFF${ended}` : ended;
  const { data } = Papa.parse<string[]>(input, { delimiter, newline });
  // What follows the last newline is the start of a record that is not there.
  data.pop();
  if (data.length !== count) {
    throw new Error(`Papa Parse found ${data.length} records where the file has ${count}`);
  }
  return data;
}

/** The cells of one record, some of which go on after their closing quote: `"Ann" Lee` is `Ann Lee`. */
function splitMalformed(record: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let quoted = "";
    if (record[at] === '"') {
      const opened = at + 1;
      at = record.indexOf('"', opened);
      while (record[at + 1] === '"') {
        at = record.indexOf('"', at + 2);
      }
      quoted = record.slice(opened, at).replaceAll('""', '"');
      at++;
    }
    const end = record.indexOf(delimiter, at);
    if (end === -1) {
      cells.push(quoted + record.slice(at));
      return cells;
    }
    cells.push(quoted + record.slice(at, end));
    at = end + 1;
  }
}
