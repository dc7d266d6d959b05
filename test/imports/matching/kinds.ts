import { gzipSync } from "node:zlib";
import Papa from "papaparse";
import { pick, type Random } from "../../fixtures/random.ts";
import { zipOf } from "../unpack/packed.ts";
import { workbookOf } from "../unpack/workbooks.ts";

/** Every kind of file that people send. */
const KINDS = [
  ...["comma", "comma", "semicolon", "tab", "pipe", "utf-16", "windows-1252"],
  ...["gzip", "zip", "xlsx", "xlsx-inline", "ndjson", "ndjson-lists"],
] as const;

export type FileKind = (typeof KINDS)[number];

export const kindOf = (random: Random): FileKind => pick(random, KINDS);

const DELIMITERS: Partial<Record<FileKind, string>> = { semicolon: ";", tab: "\t", pipe: "|" };

/** A table, its header first, as a file of some kind; `null` is an empty cell. */
export function fileOf(kind: FileKind, table: (string | null)[][]): Uint8Array | string {
  const csv = Papa.unparse(table, { delimiter: DELIMITERS[kind] ?? ",", newline: "\n" });
  switch (kind) {
    case "utf-16":
      return new Uint8Array(Buffer.from(`\uFEFF${csv}`, "utf16le"));
    case "windows-1252":
      return new Uint8Array(Buffer.from(csv, "latin1"));
    case "gzip":
      return new Uint8Array(gzipSync(csv));
    case "zip":
      return zipOf([{ name: "leads.csv", content: csv }]);
    case "xlsx":
      return workbookOf({ sheets: [{ name: "Leads", rows: table }] });
    case "xlsx-inline":
      return workbookOf({ sheets: [{ name: "Leads", rows: table }], texts: "inline" });
    case "ndjson":
    case "ndjson-lists":
      return ndjsonOf(table, kind === "ndjson-lists");
    default:
      return csv;
  }
}

function ndjsonOf([header = [], ...rows]: (string | null)[][], lists: boolean): string {
  const written = (cell: string | null) => (lists && cell?.includes(";") ? cell.split(";") : cell);
  return rows
    .map((cells) =>
      JSON.stringify(Object.fromEntries(header.map((name, index) => [name, written(cells[index] ?? null)]))),
    )
    .join("\n");
}
