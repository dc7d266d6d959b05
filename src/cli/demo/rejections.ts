import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import type { ImportFile } from "../../client/index.ts";

interface RejectedRow {
  _row: string;
  _code: string;
  _reason: string;
}

const SHOWN = 5;

/**
 * Fetches an import's error file by its signed link and keeps a copy in the system's folder for such things.
 *
 * @returns the first rejected records with their reasons and where the file is, for a terminal; `null` where no
 * record was rejected.
 * @throws where the link gives no file, or a file with another number of records than were rejected.
 */
export async function rejections(done: ImportFile): Promise<string | null> {
  if (!done.error_file) {
    if (done.failed_records > 0)
      throw new Error(`${done.failed_records} records failed, but there is no error file.`);
    return null;
  }
  const response = await fetch(done.error_file);
  if (!response.ok)
    throw new Error(`The error file could not be had: ${response.status} ${response.statusText}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const path = join(tmpdir(), `leadsy-${done.import_code}-errors.csv`);
  writeFileSync(path, bytes);
  const { data } = Papa.parse<RejectedRow>(new TextDecoder().decode(bytes), {
    header: true,
    skipEmptyLines: true,
  });
  if (data.length !== done.failed_records) {
    throw new Error(`The error file has ${data.length} records, but ${done.failed_records} failed.`);
  }
  return [
    `  The first of ${data.length} rejected records:`,
    ...data
      .slice(0, SHOWN)
      .map(({ _row, _code, _reason }) => `  record ${_row.padStart(5)}  ${_code}  ${_reason}`),
    "",
    `  Error file   ${path}`,
    `               ${done.error_file}`,
  ].join("\n");
}
