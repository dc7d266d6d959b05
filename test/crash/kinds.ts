import { gzipSync } from "node:zlib";
import Papa from "papaparse";
import { zipOf } from "../imports/unpack/packed.ts";
import { workbookOf } from "../imports/unpack/workbooks.ts";

/** The kinds of files that are imported, each with the same records. */
export const KINDS = ["csv", "xlsx", "gzip", "zip"] as const;

export type FileKind = (typeof KINDS)[number];

/** A file of a kind. @param csv the records, with LF at the ends of lines. */
export function fileOf(kind: FileKind, csv: Buffer): Uint8Array {
  switch (kind) {
    case "csv":
      return csv;
    case "gzip":
      return gzipSync(csv);
    case "zip":
      return zipOf([{ name: "leads.csv", content: csv }]);
    case "xlsx": {
      const { data: rows } = Papa.parse<string[]>(csv.toString(), { newline: "\n", skipEmptyLines: true });
      return workbookOf({ sheets: [{ name: "Leads", rows }] });
    }
  }
}
