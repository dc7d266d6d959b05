import type { ImportFile } from "../../../api/import-types.ts";
import { uploadWhole } from "../../../api/upload/whole.ts";
import { writeCsv } from "./csv.ts";
import type { RejectedRecords } from "./rejected-records.ts";

/**
 * Sends mended records, and no others, as an import of their own that reads them as the first one did.
 *
 * @param rows their cells, in the order of the headers, each with its report.
 * @param idempotencyKey the same for each try with the same rows.
 * @throws Problem
 */
export function sendMended(
  { company, import_code, file: { name } }: ImportFile,
  { headers, reportHeaders, delimiter }: RejectedRecords,
  rows: string[][],
  idempotencyKey: string,
): Promise<ImportFile> {
  const text = writeCsv([[...headers, ...reportHeaders], ...rows], delimiter);
  return uploadWhole({
    fields: {
      company_id: company.id,
      parent_import_code: import_code,
      encoding: "utf-8",
      delimiter: delimiter === "\t" ? "tab" : delimiter,
      header_row: "1",
    },
    file: new Blob([text], { type: "text/csv" }),
    name: mendedName(name),
    idempotencyKey,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
}

function mendedName(name: string): string {
  const dot = name.lastIndexOf(".");
  return `${dot > 0 ? name.slice(0, dot) : name}-mended.csv`;
}
