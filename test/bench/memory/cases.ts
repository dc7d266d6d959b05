import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  IMPORT_COMPANIES,
  LARGE_LEADS_COMPANY,
  MANY_LEADS_COMPANY,
  SMALL_COMPANY,
  UPLOAD_COMPANY,
} from "./data.ts";

/** Whom the requests of a case are sent to. */
export interface To {
  url: string;
  authorization: string;
  env: Env;
  /** The cron of the Worker, which runs by itself nowhere but at Cloudflare. */
  runCron(): Promise<void>;
}

/** What is measured, and the most that it may take above idle, in MiB. */
export interface Case {
  name: string;
  run(to: To): Promise<unknown>;
  most: number;
  /** Of that what is alive at its end, where that is limited. */
  held?: number;
  /** Whether the bare Worker takes the same requests, to show what the simulator of R2 takes of its own. */
  bare?: boolean;
}

const EXPORTS = 12;
const PAGES = 20;
const UPLOADS = IMPORT_COMPANIES.length;
const UPLOAD_BYTES = 20_000_000;
const PIECE_BYTES = 100_000;
const UPLOAD_MS = 8_000;
const IMPORT_RECORDS = 20_000;
const MOST = 100;
const MOST_OF_EXPORT = 2;

/** One case each. */
export const CASES: Case[] = [
  { name: "1 export that nobody reads", run: (to) => unreadExports(to, 1), most: MOST, held: MOST_OF_EXPORT },
  { name: `${EXPORTS} exports that nobody reads`, run: (to) => unreadExports(to, EXPORTS), most: MOST },
  { name: "a page of large leads", run: (to) => list(to, LARGE_LEADS_COMPANY), most: MOST },
  {
    name: `${PAGES} pages of large leads at once`,
    run: (to) => times(PAGES, () => list(to, LARGE_LEADS_COMPANY)),
    most: MOST,
  },
  {
    name: `${UPLOADS} uploads of 20 MB`,
    run: (to) => times(UPLOADS, () => slowUpload(to)),
    most: MOST,
    bare: true,
  },
  { name: `${UPLOADS} uploads beside ${UPLOADS} imports`, run: uploadsBesideImports, most: MOST },
];

/** One small request of each kind. */
export async function warmUp(to: To): Promise<void> {
  await list(to, SMALL_COMPANY);
  const answer = await fetch(`${to.url}/api/v1/companies/${SMALL_COMPANY}/leads/export`, {
    headers: { Authorization: to.authorization },
  });
  await answer.text();
  await finished(to, [await startImport(to, SMALL_COMPANY, 10)]);
}

const times = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

/** Asks for exports and reads nothing of the answers, for some seconds. */
async function unreadExports({ url, authorization }: To, count: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const sockets = await times(count, async () => {
    const socket = connect(Number(port), hostname).pause();
    socket.write(
      `GET /api/v1/companies/${MANY_LEADS_COMPANY}/leads/export HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    return socket;
  });
  await sleep(8000);
  for (const socket of sockets) socket.destroy();
}

async function list({ url, authorization }: To, companyId: number): Promise<void> {
  const answer = await fetch(`${url}/api/v1/companies/${companyId}/leads?limit=100`, {
    headers: { Authorization: authorization },
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`a list was answered ${answer.status}`);
}

/** Sends a file in small pieces, whose import ends at once: no column tells how to reach anybody. */
async function slowUpload({ url, authorization }: To): Promise<void> {
  const upload = request(`${url}/api/v1/import?company_id=${UPLOAD_COMPANY}`, {
    method: "POST",
    headers: { authorization, "Content-Type": "text/csv", "Content-Length": UPLOAD_BYTES },
    agent: false,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upload.on("response", resolve);
    upload.on("error", reject);
  });
  const piece = Buffer.alloc(PIECE_BYTES, "colour,size\nred,1\nblue,2\n");
  for (let sent = 0; sent < UPLOAD_BYTES; sent += PIECE_BYTES) {
    upload.write(piece);
    await sleep((UPLOAD_MS * PIECE_BYTES) / UPLOAD_BYTES);
  }
  upload.end();
  const answer = await answered;
  answer.resume();
  if (answer.statusCode !== 202 && answer.statusCode !== 422)
    throw new Error(`an upload was answered ${answer.statusCode}`);
}

async function uploadsBesideImports(to: To): Promise<void> {
  const sent = await Promise.all(IMPORT_COMPANIES.map((id) => startImport(to, id, IMPORT_RECORDS)));
  await times(UPLOADS, () => slowUpload(to));
  await finished(to, sent);
}

async function startImport(to: To, companyId: number, records: number): Promise<number> {
  const name = `c${companyId}-${Date.now()}`;
  const lines = Array.from({ length: records }, (_, n) => `${name}-${n}@leads.test,N${n},Lima`);
  const answer = await fetch(`${to.url}/api/v1/import?company_id=${companyId}`, {
    method: "POST",
    headers: { Authorization: to.authorization, "Content-Type": "text/csv" },
    body: `email,first_name,city\n${lines.join("\n")}\n`,
  });
  if (answer.status !== 202) throw new Error(`an import was answered ${answer.status}`);
  return ((await answer.json()) as { import_file: { id: number } }).import_file.id;
}

/** How often the cron runs, as at Cloudflare: it sends again what a busy machine has lost. */
const CRON_MS = 60_000;
/** So long without a record no import stands still that goes on at all. */
const STILL_MS = 5 * 60_000;

/** Waits until imports have ended. @throws where one of them rejected a record, or none goes on any more. */
async function finished({ env, runCron }: To, ids: number[]): Promise<void> {
  const states = env.LEADS_0.prepare(
    `SELECT next_record AS record, failed_records AS failed, status > 1 AND finished_at IS NOT NULL AS ended
     FROM imports WHERE id IN (SELECT value FROM json_each(?))`,
  ).bind(JSON.stringify(ids));
  let [seen, movedAt, cronAt] = ["", Date.now(), Date.now()];
  for (;;) {
    const { results } = await states.all<{ record: number; failed: number; ended: number }>();
    if (results.some(({ failed }) => failed > 0)) throw new Error("an import rejected records");
    if (results.every(({ ended }) => ended === 1)) return;
    const now = Date.now();
    const state = JSON.stringify(results);
    if (state !== seen) [seen, movedAt] = [state, now];
    if (now - movedAt > STILL_MS) throw new Error(`the imports stand still: ${state}`);
    if (now - cronAt > CRON_MS) {
      cronAt = now;
      await runCron();
    }
    await sleep(200);
  }
}
