import type { Encoding } from "../encodings/encodings.ts";
import type { Units } from "../lines/units.ts";
import type { RecordReader } from "../reader.ts";
import { type RecordFormat, readRecords } from "../records.ts";
import type { Dialect } from "./dialect.ts";
import { readLayout } from "./layout.ts";
import { areTypographic, standInUnits } from "./quote-marks.ts";
import { readCells } from "./record-cells.ts";
import { findRecordEnd, type RecordEnd } from "./record-ends.ts";

/** Reads text in columns: its checkpoint is the byte that a record starts at. */
export function csvReader(encoding: Encoding): RecordReader {
  return {
    open: (head, atEnd, hints) => readLayout(head, encoding, atEnd, hints),
    records({ read, size }, from, { delimiter, quote, header, contacts }, limits) {
      const dialect = { encoding, delimiter: delimiter ?? ",", quote, columns: header.length, contacts };
      return readRecords(read, size, from, csvRecords(dialect), limits);
    },
  };
}

/** The records of a dialect. */
export function csvRecords(dialect: Dialect): RecordFormat<RecordEnd> {
  return {
    encoding: dialect.encoding,
    blanks: dialect.delimiter,
    findEnd: areTypographic(dialect.quote)
      ? findEndBetweenMarks(dialect)
      : (units, start, atEnd, mostUnits) => findRecordEnd(units, start, atEnd, dialect, mostUnits),
    read: (bytes, ends, line) => readCells(bytes, ends, dialect, line),
  };
}

/**
 * Units are copied once: what is left of them comes again with each record, and with each chunk as a shorter view of the
 * same bytes, which begins where a record does.
 */
function findEndBetweenMarks(dialect: Dialect): RecordFormat<RecordEnd>["findEnd"] {
  let copied: Units = new Uint8Array(0);
  let copy: Units = copied;
  return (units, start, atEnd, mostUnits) => {
    if (units !== copied) {
      const passed = copied.length - units.length;
      copy = isRestOf(units, copied) ? copy.subarray(passed) : standInUnits(units, dialect);
      copied = units;
    }
    return findRecordEnd(copy, start, atEnd, dialect, mostUnits);
  };
}

function isRestOf(units: Units, before: Units): boolean {
  return (
    units.buffer === before.buffer &&
    units.byteOffset >= before.byteOffset &&
    units.byteOffset + units.byteLength === before.byteOffset + before.byteLength
  );
}
