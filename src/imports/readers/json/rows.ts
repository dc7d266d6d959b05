import { decode } from "../encodings/encodings.ts";
import { repairCertainRecord } from "../encodings/repair/repair-record.ts";
import {
  candidatesIn,
  chooseHeader,
  emptyFile,
  headerRowMissing,
  type Row,
  recordsLookedAt,
} from "../header.ts";
import { findLineEnd } from "../lines/line-ends.ts";
import { findTableEnd } from "../other-tables.ts";
import type { RecordReader } from "../reader.ts";
import { type RawRecord, type RecordFormat, type RecordSpan, readRecords } from "../records.ts";

/**
 * Reads the rows of a sheet as they were written into a plain file: each a line with a JSON array of its cells, an
 * empty line where the row has nothing. So a line is a row, whatever its cells hold, and nothing is guessed.
 */
export function rowsReader(): RecordReader {
  return {
    open(head, atEnd, hints) {
      const rows = readHead(head, atEnd);
      const start = { unit: 0, line: 1 };
      const fits = (cells: string[], header: string[]) => cells.length <= header.length;
      const table = { delimiter: null, quote: '"' as const, rows, unfold: (cells: string[]) => cells, fits };
      const candidates = candidatesIn({ ...table, rows: rows.slice(0, recordsLookedAt(hints)) }, hints);
      if (candidates.length === 0) {
        throw hints.headerLine ? headerRowMissing(hints.headerLine) : emptyFile();
      }
      const chosen = chooseHeader(candidates, start, hints);
      return {
        delimiter: null,
        quote: chosen.quote,
        header: chosen.header.map((name) => name.trim()),
        headerLine: chosen.line,
        endLine: findTableEnd(table, chosen, hints),
        sample: chosen.sample,
        dataOffset: chosen.dataUnit,
        dataLine: chosen.dataLine,
      };
    },
    records: ({ read, size }, from, _options, limits) => readRecords(read, size, from, ROWS, limits),
  };
}

const ROWS: RecordFormat = {
  encoding: "utf-8",
  blanks: "",
  findEnd: findLineEnd,
  read(bytes, ends, line) {
    let start = 0;
    const records = ends.map(({ end }, index) => {
      const record = recordOf(bytes.subarray(start, end), line + index);
      start = end;
      return record;
    });
    return { records, damaged: false };
  },
};

/** A line's record. A program may have encoded letters twice before they came into the workbook. */
function recordOf(bytes: Uint8Array, line: number): RawRecord {
  const { text } = decode(bytes, "utf-8");
  const record = { cells: text.trim() === "" ? [] : (JSON.parse(text) as string[]), line, problem: null };
  repairCertainRecord(record);
  return record;
}

function readHead(head: Uint8Array, atEnd: boolean): Row[] {
  const rows: Row[] = [];
  let unit = 0;
  for (let line = 1; unit < head.length; line++) {
    const span: RecordSpan | null = findLineEnd(head, unit, atEnd);
    if (span === null) break;
    const record = recordOf(head.subarray(unit, span.end), line);
    unit = span.end;
    if (record.cells.length > 0) rows.push({ record, end: { unit, line: line + 1 } });
  }
  return rows;
}
