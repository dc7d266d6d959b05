import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWorker } from "../harness/build.ts";
import { type RunningWorker, startWorker } from "../harness/worker.ts";
import { signIn } from "./measure/api-client.ts";
import { type Memory, openMemoryMeter } from "./measure/isolate-memory.ts";

const EXPORTS = 12;
const PAGES = 20;
const UPLOADS = 10;
const LEADS = 50_000;
const LARGE_LEADS = 100;
/** As much as a body of 1 MiB brings: 45 custom fields of 20,000 letters. */
const LARGE_FIELDS = 45;
const UPLOAD_BYTES = 20_000_000;
const PIECE_BYTES = 100_000;
const UPLOAD_MS = 8_000;
const IMPORT_RECORDS = 20_000;
const FIRST_COMPANY = 900_000;
const MEBIBYTE = 1024 * 1024;
/** The most above idle, in MiB: of each case, and of one export that nobody reads. */
const MOST = 100;
const MOST_OF_EXPORT = 2;

/**
 * Measures the memory of the Worker's isolate above idle while answers are not read, large leads are listed, and
 * files come in slowly, beside imports. Prints the figures.
 *
 * @param heap caps V8's heap, in MiB: an isolate that needs more ends, and what it does fails.
 * @returns what took more than it may, or failed.
 */
export async function benchMemory(heap?: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  const worker = await startWorker({
    script: await buildWorker(join(folder, "worker")),
    folder,
    inspector: true,
    ...(heap && { heap }),
  });
  try {
    await fill(worker.env);
    return await measure(worker);
  } finally {
    await worker.stop();
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

async function measure(worker: RunningWorker): Promise<string[]> {
  const authorization = await signIn(worker.url, "owner@demo.test");
  const meter = await openMemoryMeter(worker.inspectorUrl ?? "", worker.pid);
  const to = { url: worker.url, authorization };
  await list(to, FIRST_COMPANY);
  await sleep(1000);
  const problems: string[] = [];
  const cases: [name: string, run: () => Promise<unknown>, most: number][] = [
    ["1 export that nobody reads", () => unreadExports(to, 1), MOST_OF_EXPORT],
    [`${EXPORTS} exports that nobody reads`, () => unreadExports(to, EXPORTS), MOST],
    ["a page of large leads", () => list(to, FIRST_COMPANY + 1), MOST],
    [`${PAGES} pages of large leads at once`, () => times(PAGES, () => list(to, FIRST_COMPANY + 1)), MOST],
    [`${UPLOADS} uploads of 20 MB`, () => times(UPLOADS, () => slowUpload(to)), MOST],
    [`${UPLOADS} uploads beside ${UPLOADS} imports`, () => uploadsBesideImports(worker, to), MOST],
  ];
  for (const [name, run, most] of cases) {
    const idle = await meter.now();
    const { peak, held, samples } = await meter.during(run);
    const above = (seen: Memory, kind: keyof Memory = "live") =>
      ((seen[kind] - idle[kind]) / MEBIBYTE).toFixed(1).padStart(6);
    console.log(
      `${name.padEnd(34)} at most +${above(peak)} MiB alive in the isolate, at the end +${above(held)} MiB; ` +
        `workerd +${above(peak, "resident")} MiB resident (${samples} looks)`,
    );
    if (Number(above(held)) > most) problems.push(`${name}: ${above(held)} MiB above idle, at most ${most}`);
    // What has ended is let go of.
    await sleep(4000);
  }
  meter.close();
  return problems;
}

interface To {
  url: string;
  authorization: string;
}

const times = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

/** Companies of the demo's owner: one of many leads, one of large ones, and one for each import. */
async function fill({ DIRECTORY: directory, LEADS_0: store }: Env): Promise<void> {
  const owner = "(SELECT id FROM users WHERE email = 'owner@demo.test')";
  for (let id = FIRST_COMPANY; id < FIRST_COMPANY + 2 + UPLOADS; id++) {
    await directory.batch(
      [
        `INSERT INTO companies (id, name, lead_store, country, created_at, updated_at) VALUES (${id}, 'C', 0, 'MX', 1, 1)`,
        `INSERT INTO company_ancestors (company_id, ancestor_id, depth) VALUES (${id}, ${id}, 0)`,
        `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (${owner}, ${id}, 1, 0, 1)`,
      ].map((sql) => directory.prepare(sql)),
    );
  }
  const insert = (companyId: number, count: number, columns: string, values: string) =>
    store.batch([
      store.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
         INSERT INTO leads (company_id, email, stage_id, created_at, updated_at, ${columns})
         SELECT ${companyId}, 'lead' || i || '@example.test', 1, i, i, ${values} FROM n`,
      ),
      store.prepare(`INSERT INTO lead_counts (company_id, leads) VALUES (${companyId}, ${count})`),
    ]);
  await insert(FIRST_COMPANY, LEADS, "notes", "printf('%.*c', 600, 'x')");
  await insert(
    FIRST_COMPANY + 1,
    LARGE_LEADS,
    "custom_fields",
    `(SELECT json_group_object('field ' || value, printf('%.*c', 20000, 'y'))
      FROM json_each('${JSON.stringify(Array.from({ length: LARGE_FIELDS }, (_, at) => at))}'))`,
  );
}

/** Asks for exports and reads nothing of the answers, for some seconds. */
async function unreadExports({ url, authorization }: To, count: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const sockets = await times(count, async () => {
    const socket = connect(Number(port), hostname).pause();
    socket.write(
      `GET /api/v1/companies/${FIRST_COMPANY}/leads/export HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n\r\n`,
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
  const upload = request(`${url}/api/v1/import?company_id=${FIRST_COMPANY}`, {
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

async function uploadsBesideImports({ env }: RunningWorker, to: To): Promise<void> {
  const sent = await times(UPLOADS, (index) => startImport(to, FIRST_COMPANY + 2 + index));
  await times(UPLOADS, () => slowUpload(to));
  const ids = JSON.stringify(sent);
  for (;;) {
    const { results } = await env.LEADS_0.prepare(
      "SELECT status, created_records FROM imports WHERE id IN (SELECT value FROM json_each(?)) AND finished_at IS NOT NULL",
    )
      .bind(ids)
      .all<{ status: number; created_records: number }>();
    if (results.length === sent.length) {
      if (results.some(({ created_records: created }) => created !== IMPORT_RECORDS))
        throw new Error(`imports ended with ${JSON.stringify(results)}`);
      return;
    }
    await sleep(200);
  }
}

async function startImport({ url, authorization }: To, companyId: number): Promise<number> {
  const lines = Array.from({ length: IMPORT_RECORDS }, (_, n) => `c${companyId}-${n}@leads.test,N${n},Lima`);
  const answer = await fetch(`${url}/api/v1/import?company_id=${companyId}`, {
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "text/csv" },
    body: `email,first_name,city\n${lines.join("\n")}\n`,
  });
  if (answer.status !== 202) throw new Error(`an import was answered ${answer.status}`);
  return ((await answer.json()) as { import_file: { id: number } }).import_file.id;
}
