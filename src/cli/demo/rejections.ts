import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import type { ImportFile } from "../../client/index.ts";

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
  // Two columns of a file may have one name, of which Papa Parse would say so on the terminal.
  const { data: rows } = Papa.parse<string[]>(new TextDecoder().decode(bytes), { skipEmptyLines: true });
  const [header = [], ...data] = rows;
  if (data.length !== done.failed_records) {
    throw new Error(`The error file has ${data.length} records, but ${done.failed_records} failed.`);
  }
  return [
    `  The first of ${data.length} rejected records:`,
    ...data
      .slice(0, SHOWN)
      .map((cells) => ["_row", "_code", "_reason"].map((name) => cells[header.indexOf(name)] ?? ""))
      .map(([row = "", code, reason]) => `  record ${row.padStart(5)}  ${code}  ${reason}`),
    "",
    `  Error file   ${path}`,
    `               ${done.error_file}`,
  ].join("\n");
}
