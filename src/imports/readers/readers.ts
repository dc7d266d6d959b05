import { csvReader } from "./csv/csv-reader.ts";
import type { Encoding } from "./encodings/encodings.ts";
import { objectsReader } from "./json/objects.ts";
import { rowsReader } from "./json/rows.ts";
import type { RecordReader } from "./reader.ts";

/** What a file is read as, in the end: text in columns, lines of JSON objects, or the rows of a sheet. */
export type ReadAs = { as: "csv" } | { as: "objects"; keys: string[] } | { as: "rows" };

/** The reader of a file. */
export function readerOf(format: ReadAs, encoding: Encoding): RecordReader {
  switch (format.as) {
    case "csv":
      return csvReader(encoding);
    case "objects":
      return objectsReader(encoding, format.keys);
    case "rows":
      return rowsReader();
  }
}
