import type { ImportFile } from "../../../api/import-types.ts";
import { uploadWhole } from "../../../api/upload/whole.ts";
import { fieldsOf, rememberFields } from "../../import/sent-fields.ts";
import { writeCsv } from "./csv.ts";
import type { RejectedRecords } from "./rejected-records.ts";

/**
 * Sends mended records, and no others, as an import of their own that reads them as the first one did.
 *
 * @param rows their cells, in the order of the headers.
 * @param idempotencyKey the same for each try with the same rows.
 * @throws Problem
 */
export async function sendMended(
  file: ImportFile,
  { headers, delimiter }: RejectedRecords,
  rows: string[][],
  idempotencyKey: string,
): Promise<ImportFile> {
  const known = fieldsOf(file.import_code);
  const fields = {
    company_id: file.company.id,
    campaign_id: file.campaign_id,
    on_duplicate: file.on_duplicate,
    mapping: known?.mapping ?? "",
    encoding: "utf-8",
    delimiter: delimiter === "\t" ? "tab" : delimiter,
    header_row: "1",
    sheet: "auto",
  };
  const text = writeCsv([headers, ...rows], delimiter);
  const sent = await uploadWhole({
    fields,
    file: new Blob([text], { type: "text/csv" }),
    name: mendedName(file.file.name),
    idempotencyKey,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  rememberFields(sent.import_code, fields);
  return sent;
}

function mendedName(name: string): string {
  const dot = name.lastIndexOf(".");
  return `${dot > 0 ? name.slice(0, dot) : name}-mended.csv`;
}
