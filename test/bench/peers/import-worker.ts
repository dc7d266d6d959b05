import { createReadStream, createWriteStream } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { finished } from "node:stream/promises";
import { workerData } from "node:worker_threads";
import type { CountryCode } from "libphonenumber-js";
import Papa from "papaparse";
import { openDatabase } from "./database.ts";
import { COLUMNS, cleanLead, Rejection } from "./lead-schema.ts";

/** An import for a worker thread. */
export interface ImportJob {
  databasePath: string;
  importId: number;
  companyId: number;
  campaignId: number;
  country: CountryCode;
  path: string;
  errorsPath: string;
}

const READ_BYTES = 1024 * 1024;

const job = workerData as ImportJob;
const db = openDatabase(job.databasePath);
try {
  await importFile(db, job);
} catch (error) {
  db.prepare("UPDATE imports SET status = 'failed', failure = ?, finished_at = ? WHERE id = ?").run(
    String(error),
    Date.now(),
    job.importId,
  );
} finally {
  db.close();
}

async function importFile(db: DatabaseSync, job: ImportJob): Promise<void> {
  const insert = db.prepare(`
    INSERT INTO leads (company_id, campaign_id, import_id, record_number, dedupe_key, email, phone, phone_raw,
      first_name, last_name, company_name, job_title, city, state, country, source, stage, notes, external_id,
      answers, custom_fields, created_at, updated_at)
    VALUES (${Array(23).fill("?").join(", ")}) ON CONFLICT DO NOTHING`);
  const saveProgress = db.prepare(
    "UPDATE imports SET total = ?, created = ?, duplicate = ?, failed = ?, warnings = ? WHERE id = ?",
  );
  db.prepare("UPDATE imports SET status = 'processing' WHERE id = ?").run(job.importId);

  const counters = { total: 0, created: 0, duplicate: 0, failed: 0, warnings: 0 };
  const errors = createWriteStream(job.errorsPath);
  let header: string[] | undefined;

  const importRows = (rows: string[][]) => {
    const rejected: string[][] = [];
    const now = Date.now();
    db.exec("BEGIN");
    for (const row of rows) {
      if (header === undefined) {
        header = row;
        errors.write(`\uFEFF${Papa.unparse([[...row, "_row", "_code", "_reason"]])}\r\n`);
        continue;
      }
      if (row.every((cell) => cell.trim() === "")) continue;
      counters.total++;
      const lead = readRow(row, header, job.country);
      if (lead instanceof Rejection) {
        counters.failed++;
        rejected.push([...row, String(counters.total), lead.code, lead.reason]);
        continue;
      }
      const { changes } = insert.run(
        job.companyId,
        job.campaignId,
        job.importId,
        counters.total,
        ...lead.values,
        now,
        now,
      );
      if (changes === 0) counters.duplicate++;
      else {
        counters.created++;
        if (lead.warning) counters.warnings++;
      }
    }
    saveProgress.run(...Object.values(counters), job.importId);
    db.exec("COMMIT");
    if (rejected.length > 0) errors.write(`${Papa.unparse(rejected, { escapeFormulae: true })}\r\n`);
  };

  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(createReadStream(job.path, { highWaterMark: READ_BYTES, encoding: "utf8" }), {
      chunk: ({ data }) => importRows(data),
      complete: () => resolve(),
      error: reject,
    });
  });
  errors.end();
  await finished(errors);
  db.prepare("UPDATE imports SET status = 'completed', finished_at = ? WHERE id = ?").run(
    Date.now(),
    job.importId,
  );
}

function readRow(row: string[], header: string[], country: CountryCode) {
  if (row.length > header.length) return new Rejection("extra_cells", "More cells than the header");
  const cells: Record<string, string> = {};
  const custom: Record<string, string> = {};
  for (let index = 0; index < row.length; index++) {
    const name = header[index] ?? "";
    const cell = row[index] ?? "";
    const column = COLUMNS[name];
    if (column) cells[column] = cell;
    else if (cell !== "") custom[name] = cell;
  }
  return cleanLead(cells, custom, country);
}
