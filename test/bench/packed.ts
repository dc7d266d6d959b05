import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { CAMPAIGN } from "../../src/cli/seed/data.ts";
import { STATUS } from "../../src/imports/state/status.ts";
import { buildWorker } from "../harness/build.ts";
import { startWorker } from "../harness/worker.ts";
import { type TestCell, workbookOf } from "../imports/unpack/workbooks.ts";
import { importStatus, signIn, uploadFile } from "./measure/api-client.ts";
import { ledgerProblems } from "./measure/ledger.ts";

export interface PackedBench {
  kind: "xlsx" | "gzip";
  records: number;
  /** Characters of text that cannot be packed much, in each record. */
  noise: number;
  /** V8's heap in workerd, in MiB. */
  heap: number;
}

const MIB = 1024 * 1024;
const FIRST_DAY = 46_082;
const DAYS = 1000;
/** Each so many-th record has an address that is none; each so many-th is the one before it again. */
const BAD_EACH = 1000;
const AGAIN_EACH = 777;

/**
 * Imports a workbook, or a CSV file in gzip, in a Worker whose heap is capped, and compares every lead with what was
 * written. Prints the figures. @returns what was wrong.
 */
export async function benchPacked({ kind, records, noise, heap }: PackedBench): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-packed-"));
  try {
    const path = join(folder, "leads");
    await (kind === "xlsx" ? writeWorkbook(path, records, noise) : writeGzip(path, records, noise));
    const { size } = await stat(path);
    console.log(
      `${kind}: ${records.toLocaleString("en")} records, ${size.toLocaleString("en")} bytes, heap ${heap} MiB`,
    );
    const script = await buildWorker(join(folder, "worker"));
    return await run(script, folder, path, { size, kind, records, heap });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const HEADER = ["email", "first_name", "city", "Fecha", "Avance", "notes"];

/** The number of the person that a record is: sometimes that of the record before. */
const personOf = (record: number) => (record % AGAIN_EACH === 0 ? record - 1 : record);
const emailOf = (record: number) =>
  record % BAD_EACH === 0 ? `bad-${record}` : `lead-${personOf(record)}@packed.test`;
const noiseOf = (noise: number) =>
  randomBytes(Math.ceil(noise * 0.75))
    .toString("base64")
    .slice(0, noise);

async function writeWorkbook(path: string, records: number, noise: number): Promise<void> {
  const rows: TestCell[][] = [["Leads"], HEADER];
  for (let record = 1; record <= records; record++) {
    rows.push([
      emailOf(record),
      `Ana ${record}`,
      `City ${record % 50}`,
      { v: FIRST_DAY + (record % DAYS), s: 1 },
      { v: (record % 100) / 100, s: 2 },
      `${record} ${noiseOf(noise)}`,
    ]);
  }
  await writeFile(path, workbookOf({ sheets: [{ name: "Leads", rows }] }));
}

async function writeGzip(path: string, records: number, noise: number): Promise<void> {
  const lines = function* () {
    yield `${HEADER.join(",")}\n`;
    for (let record = 1; record <= records; record++) {
      const day = new Date((FIRST_DAY - 25_569 + (record % DAYS)) * 86_400_000).toISOString().slice(0, 10);
      yield `${emailOf(record)},Ana ${record},City ${record % 50},${day},${record % 100}%,${record} ${noiseOf(noise)}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(path));
}

async function run(
  script: string,
  folder: string,
  path: string,
  { size, kind, records, heap }: { size: number; kind: string; records: number; heap: number },
): Promise<string[]> {
  const vars = { MAX_UPLOAD_BYTES: String(Math.max(size, 100 * MIB)) };
  const worker = await startWorker({ script, folder, vars, heap });
  await worker.env.DIRECTORY.prepare("UPDATE memberships SET max_leads = 100000000").run();
  try {
    const authorization = await signIn(worker.url, "owner@demo.test");
    const problems: string[] = [];
    const start = Date.now();
    let status = await uploadFile(worker.url, authorization, path, {
      company_id: String(CAMPAIGN.companyId),
    });
    let reading = 0;
    while (status.status <= STATUS.processing) {
      await sleep(500);
      const now = await importStatus(worker.url, authorization, status.import_code);
      if (now.status > STATUS.pending && reading === 0) reading = Date.now();
      problems.push(...ledgerProblems(now, status));
      status = now;
    }
    const bad = Math.floor(records / BAD_EACH);
    let again = 0;
    for (let record = AGAIN_EACH; record <= records; record += AGAIN_EACH)
      if (record % BAD_EACH !== 0 && (record - 1) % BAD_EACH !== 0) again++;
    const created = records - bad - again;
    const right = await worker.env.LEADS_0.prepare(
      `SELECT count(*) AS n FROM leads WHERE import_id = ?1 AND email = 'lead-' || iif(record_number % ${AGAIN_EACH}, record_number, record_number - 1) || '@packed.test'
         AND first_name = 'Ana ' || record_number AND city = 'City ' || (record_number % 50)
         AND custom_fields ->> '$.Fecha' = date('1899-12-30', '+' || (${FIRST_DAY} + record_number % ${DAYS}) || ' days')
         AND custom_fields ->> '$.Avance' = (record_number % 100) || '%'
         AND notes LIKE record_number || ' %'`,
    )
      .bind(status.id)
      .first<number>("n");
    const seen = {
      created: status.created_records,
      duplicate: status.duplicate_records,
      failed: status.failed_records,
      right,
    };
    const expected = { created, duplicate: again, failed: bad, right: created };
    console.log(`${kind}: ${status.status_name}, ${JSON.stringify(seen)}`);
    console.log(
      `${((Date.now() - start) / 1000).toFixed(1)} s in all, ${((reading - start) / 1000).toFixed(1)} s until records were read, ` +
        `peak memory ${(worker.peakMemory() / MIB).toFixed(0)} MiB (workerd)`,
    );
    if (JSON.stringify(seen) !== JSON.stringify(expected))
      problems.push(`expected ${JSON.stringify(expected)}, ${JSON.stringify(status.failure)}`);
    return problems;
  } finally {
    await worker.stop();
  }
}
