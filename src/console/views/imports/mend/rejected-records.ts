import type { ImportFile } from "../../../api/import-types.ts";
import { listImportErrors, loadImport } from "../../../api/imports.ts";
import { Problem } from "../../../api/problem.ts";
import { ownAddress } from "../../../api/request.ts";
import { parseCsv } from "./csv.ts";

/** How much of an error file the grid reads; who has more to mend does it in the file. */
const MOST_BYTES = 1024 * 1024;
const MOST_RECORDS = 200;
/** At the end of each record of an error file: `_row`, `_code`, `_reason`. */
const ADDED_COLUMNS = 3;

export interface RejectedRecord {
  /** Its number in the original, from 1. */
  record: number;
  cells: string[];
  /** What the error file says of it: with that, the API knows it again. */
  report: string[];
  /** The column in question, where it is one. */
  column: string | null;
  reason: string;
}

export interface RejectedRecords {
  headers: string[];
  /** Those of {@link RejectedRecord.report}. */
  reportHeaders: string[];
  delimiter: string;
  records: RejectedRecord[];
}

/** The first rejected records of an import, with their cells and what is wrong with them. @throws Problem */
export async function loadRejected(file: ImportFile, signal: AbortSignal): Promise<RejectedRecords> {
  const [text, first, second] = await Promise.all([
    readErrorFile(file, signal),
    listImportErrors(file.import_code, { severity_eq: "rejected" }, signal),
    file.failed_records > 100
      ? listImportErrors(file.import_code, { severity_eq: "rejected", page: 2 }, signal)
      : null,
  ]);
  const errors = new Map(
    [...first.import_errors, ...(second?.import_errors ?? [])].map((error) => [error.record, error]),
  );
  const delimiter = delimiterOf(file);
  const [header = [], ...rows] = parseCsv(text, delimiter);
  return {
    headers: header.slice(0, -ADDED_COLUMNS),
    reportHeaders: header.slice(-ADDED_COLUMNS),
    delimiter,
    records: rows.slice(0, MOST_RECORDS).map((row) => {
      const report = row.slice(-ADDED_COLUMNS);
      const [number = "", , reason = ""] = report;
      const error = errors.get(Number(number));
      return {
        record: Number(number),
        cells: row.slice(0, -ADDED_COLUMNS),
        report,
        column: error?.column ?? null,
        reason: error?.reason ?? reason,
      };
    }),
  };
}

/** An error file has the delimiter of the original where that can be told again. */
function delimiterOf({ file: { kind, delimiter } }: ImportFile): string {
  const isPlain = kind === "csv" || kind === "gzip" || kind === "zip";
  return isPlain && delimiter && ",;|\t".includes(delimiter) ? delimiter : ",";
}

/** The head of an error file; where its link is over, by a fresh one. */
async function readErrorFile({ import_code, error_file }: ImportFile, signal: AbortSignal): Promise<string> {
  const text = await readHead(error_file, signal);
  if (text !== null) return text;
  const fresh = await loadImport(import_code, null, signal);
  const again = await readHead(fresh?.file.error_file ?? null, signal);
  if (again === null) throw new Problem(503, { title: "error file", code: "unavailable" });
  return again;
}

async function readHead(url: string | null, signal: AbortSignal): Promise<string | null> {
  if (url === null) return null;
  const answer = await fetch(ownAddress(url), { signal });
  if (!answer.ok || !answer.body) return null;
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (bytes <= MOST_BYTES) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    bytes += value.length;
  }
  await reader.cancel();
  return text;
}
