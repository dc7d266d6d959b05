import { createHash } from "node:crypto";
import Papa from "papaparse";
import { leadStores } from "../../src/db/bindings.ts";
import type { ImportStatus } from "../bench/measure/api-client.ts";
import { storedProblems, truthProblems } from "../bench/measure/ledger.ts";
import type { Truth } from "../fixtures/generate-leads.ts";

/** What an import leaves behind, but for ids and times: the same for every import of one file into no leads. */
export interface Traces {
  /** SHA-256 of all leads. */
  leads: string;
  /** SHA-256 of the error file. */
  errorFile: string;
}

const PAGE_ROWS = 5000;

/**
 * Looks through all that the one import of an installation has left.
 *
 * @param end the import as the API shows it once it has ended.
 * @returns its traces, and what contradicts the truth or itself; nothing in an exact import.
 */
export async function examine(
  env: Env,
  end: ImportStatus,
  truth: Truth,
): Promise<{ traces: Traces; problems: string[] }> {
  const store = env.LEADS_0;
  const chunks = await readChunks(store, end.id);
  const checkpoint = await store
    .prepare(
      `SELECT checkpoint_offset AS at, coalesce(unpacked ->> '$.source.bytes', file_bytes) AS bytes
       FROM imports WHERE id = ?`,
    )
    .bind(end.id)
    .first<Checkpoint>();
  const errorFile = await readErrorFile(end);
  const problems = [
    ...truthProblems(end, truth),
    ...(await storedProblems(store, end.id, truth)),
    ...(await strayRows(env, end)),
    ...(await recordProblems(store, end)),
    ...chainProblems(chunks, checkpoint, end),
    ...(await errorFileProblems(store, end, errorFile)),
  ];
  const traces = {
    leads: await leadsDigest(store, end.id),
    errorFile: createHash("sha256").update(errorFile).digest("hex"),
  };
  return { traces, problems };
}

/** Where an import's traces differ from those of another one of the same file. */
export function differences(traces: Traces, reference: Traces): string[] {
  return (Object.keys(reference) as (keyof Traces)[])
    .filter((key) => traces[key] !== reference[key])
    .map((key) => `${key} is not as undisturbed`);
}

/** Imports beside the one, and leads and matches that are not of it. */
async function strayRows(env: Env, end: ImportStatus): Promise<string[]> {
  const problems: string[] = [];
  for (const [number, store] of leadStores(env).entries()) {
    const expected: Record<string, number> = { imports: 0, leads: 0, import_matches: 0 };
    if (number === 0) Object.assign(expected, { imports: 1, leads: end.created_records });
    for (const [table, rows] of Object.entries(expected)) {
      const counted = await store.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");
      if (counted !== rows) problems.push(`store ${number} has ${counted} rows in ${table}, not ${rows}`);
    }
  }
  return problems;
}

/** No record has two outcomes, and none is from beyond the file. */
async function recordProblems(store: D1Database, end: ImportStatus): Promise<string[]> {
  const counted = await store
    .prepare(
      `SELECT count(*) AS outcomes, count(DISTINCT record_number) AS records,
         min(record_number) AS first, max(record_number) AS last
       FROM (SELECT record_number FROM leads WHERE import_id = ?1
             UNION ALL SELECT record_number FROM import_rejections WHERE import_id = ?1)`,
    )
    .bind(end.id)
    .first<{ outcomes: number; records: number; first: number; last: number }>();
  if (!counted) return ["there is no outcome at all"];
  const problems: string[] = [];
  const expected = end.created_records + end.failed_records;
  if (counted.outcomes !== expected)
    problems.push(`${counted.outcomes} leads and rejections, not ${expected}`);
  if (counted.records !== counted.outcomes)
    problems.push(`${counted.outcomes - counted.records} records have two outcomes`);
  if (counted.first < 1 || counted.last > end.processed_records) {
    problems.push(`records ${counted.first} to ${counted.last} of a file of ${end.processed_records}`);
  }
  return problems;
}

interface Chunk {
  first_record: number;
  records: number;
  /** The highest lead id before the chunk, and that of its leads and of those before. */
  leads_after: number;
  last_lead: number | null;
}

async function readChunks(store: D1Database, importId: number): Promise<Chunk[]> {
  const { results } = await store
    .prepare(
      `SELECT c.*, (
         SELECT max(id) FROM leads l
         WHERE l.import_id = c.import_id AND l.record_number < c.first_record + c.records) AS last_lead
       FROM import_chunks c WHERE c.import_id = ? ORDER BY c.first_record`,
    )
    .bind(importId)
    .all<Chunk>();
  return results;
}

interface Checkpoint {
  at: number;
  /** How long the file is that records are read from: the one that was sent, or what was unpacked from it. */
  bytes: number;
}

/** Each chunk goes on where the one before it ended, in the records and in the leads; the last at the file's end. */
function chainProblems(
  chunks: Chunk[],
  checkpoint: Checkpoint | null,
  { processed_records: records }: ImportStatus,
): string[] {
  const problems: string[] = [];
  let nextRecord = 1;
  let leads = chunks[0]?.leads_after;
  for (const chunk of chunks) {
    if (chunk.first_record !== nextRecord || chunk.leads_after !== leads) {
      problems.push(`the chunk of record ${chunk.first_record} does not go on at record ${nextRecord}`);
    }
    nextRecord = chunk.first_record + chunk.records;
    leads = chunk.last_lead ?? leads;
  }
  if (nextRecord !== records + 1) problems.push(`the chunks end before record ${nextRecord}`);
  if (checkpoint === null || checkpoint.at !== checkpoint.bytes)
    problems.push(`the chunks end at byte ${checkpoint?.at} of ${checkpoint?.bytes}`);
  return problems;
}

async function readErrorFile({ error_file: link }: ImportStatus): Promise<Buffer> {
  if (link === null) return Buffer.alloc(0);
  const answer = await fetch(`${link}&format=csv`);
  if (!answer.ok) throw new Error(`the error file was answered ${answer.status}: ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function errorFileProblems(store: D1Database, end: ImportStatus, file: Buffer): Promise<string[]> {
  const { data } = Papa.parse<{ _row: string }>(new TextDecoder().decode(file), {
    header: true,
    skipEmptyLines: true,
  });
  const { results } = await store
    .prepare("SELECT record_number FROM import_rejections WHERE import_id = ? ORDER BY record_number")
    .bind(end.id)
    .all<{ record_number: number }>();
  const problems: string[] = [];
  if (data.length !== end.failed_records) {
    problems.push(`the error file has ${data.length} rows, not ${end.failed_records}`);
  }
  const wrong = results.findIndex(({ record_number: record }, index) => Number(data[index]?._row) !== record);
  if (wrong >= 0) problems.push(`row ${wrong + 1} of the error file is record ${data[wrong]?._row}`);
  return problems;
}

interface LeadRow extends Record<string, unknown> {
  id: number;
  created_at: number;
  updated_at: number;
}

async function leadsDigest(store: D1Database, importId: number): Promise<string> {
  const hash = createHash("sha256");
  const page = store.prepare("SELECT * FROM leads WHERE import_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
  let last = 0;
  for (;;) {
    const { results } = await page.bind(importId, last, PAGE_ROWS).all<LeadRow>();
    for (const { id, created_at: _created, updated_at: _updated, import_id: _import, ...lead } of results) {
      hash.update(JSON.stringify(lead));
      last = id;
    }
    if (results.length < PAGE_ROWS) return hash.digest("hex");
  }
}
