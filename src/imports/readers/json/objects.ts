import { markLength } from "../encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "../encodings/encodings.ts";
import { repairRecord } from "../encodings/repair/repair-record.ts";
import { repairTwiceEncoded } from "../encodings/repair/twice-encoded.ts";
import { findLineEnd } from "../lines/line-ends.ts";
import { unitsOf } from "../lines/units.ts";
import type { RecordReader } from "../reader.ts";
import { isBlank, type RawRecord, type RecordFormat, readRecords } from "../records.ts";
import { parseObject } from "./parse-object.ts";
import { repeatedKey } from "./repeated-keys.ts";
import { type CellUse, cellOf } from "./value-text.ts";

const SAMPLE_RECORDS = 20;

/** What each key is of a lead. */
type Uses = readonly (CellUse | undefined)[];

/**
 * Reads lines of JSON objects (NDJSON, JSON Lines): their keys are the columns. What is no object costs its own line
 * and no other.
 *
 * @param keys all that the file has, in the order in which they came: see `scanKeys`.
 */
export function objectsReader(encoding: Encoding, keys: string[]): RecordReader {
  return {
    open(head, atEnd) {
      const dataOffset = markLength(head, encoding);
      return {
        delimiter: null,
        quote: '"',
        header: keys.map((key) => headerOf(key, encoding)),
        headerLine: 0,
        endLine: null,
        sample: sampleOf(head.subarray(dataOffset), atEnd, encoding, keys),
        dataOffset,
        dataLine: 1,
      };
    },
    records: ({ read, size }, from, { contacts, tags, fields = [] }, limits) => {
      const uses = keys.map((_, index) => {
        if (contacts.includes(index)) return "contact";
        if (tags.includes(index)) return "tags";
        return fields.includes(index) ? "field" : undefined;
      });
      return readRecords(read, size, from, objectRecords(encoding, keys, uses), limits);
    },
  };
}

function objectRecords(encoding: Encoding, keys: string[], uses: Uses): RecordFormat {
  const perUnit = unitBytes(encoding);
  return {
    encoding,
    blanks: "",
    findEnd: findLineEnd,
    read(bytes, ends, firstLine) {
      let start = 0;
      let damaged = false;
      const records = ends.map(({ end }, index) => {
        const read = decode(bytes.subarray(start, end * perUnit), encoding);
        start = end * perUnit;
        damaged ||= read.damaged;
        return recordOf(read.text.trim(), firstLine + index, keys, uses);
      });
      if (encoding === "utf-8-repaired") records.forEach(repairRecord);
      return { records, damaged };
    },
  };
}

function headerOf(key: string, encoding: Encoding): string {
  const name = key.trim().toWellFormed();
  return encoding === "utf-8-repaired" ? repairTwiceEncoded(name) : name;
}

/** The line as a record; a line that is not an object keeps its text beyond the columns, so that it is not read as a cell. */
function recordOf(text: string, line: number, keys: string[], uses: Uses): RawRecord {
  if (text === "") return { cells: [], line, problem: null };
  const object = parseObject(text);
  if (object === null) return { cells: [...keys.map(() => ""), text], line, problem: "invalid_json" };
  const record: RawRecord = {
    cells: keys.map((key, index) => cellOf(object, key, uses[index])),
    line,
    problem: null,
  };
  const repeated = repeatedKey(text, object);
  if (repeated !== null) record.doubt = { code: "repeated_key", cell: keys.indexOf(repeated) };
  return record;
}

function sampleOf(head: Uint8Array, atEnd: boolean, encoding: Encoding, keys: string[]): string[][] {
  const units = unitsOf(head, encoding, atEnd);
  const format = objectRecords(encoding, keys, []);
  const sample: string[][] = [];
  for (let at = 0; at < units.length && sample.length < SAMPLE_RECORDS; ) {
    const span = findLineEnd(units, at, atEnd);
    if (span === null) break;
    const bytes = head.subarray(at * unitBytes(encoding), span.end * unitBytes(encoding));
    const [record] = format.read(bytes, [{ ...span, end: span.end - at }], 1).records;
    at = span.end;
    if (record && record.problem === null && !isBlank(record.cells)) sample.push(record.cells);
  }
  return sample;
}
