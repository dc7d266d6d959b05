import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CAMPAIGN, USERS } from "../../src/cli/seed/data.ts";
import { createImportCode } from "../../src/imports/import-code.ts";
import { STATUS } from "../../src/imports/status.ts";
import { buildWorker } from "../harness/build.ts";
import { startWorker } from "../harness/worker.ts";
import { USER_HEADER } from "./bare-statements.ts";
import { signIn } from "./measure/api-client.ts";
import { alternate, bodyOf, latencyOf, speedOf, type Turns, withConnections } from "./measure/turns.ts";

const CONNECTIONS = [1, 16, 64];
const ROUNDS = 9;
const ROUND_MS = 700;
const IMPORTS = 200;
const OWNER = "owner@demo.test";

/**
 * Measures the two reads of an import against a Worker that does no more than the same SQL and the same bytes,
 * in the same workerd on the same databases, in short rounds by turns. Prints the figures.
 *
 * @returns what was wrong: an answer in which the two differ, whose speeds could not be compared.
 */
export async function benchRead(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    return await measure(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<string[]> {
  const worker = await startWorker({
    script: await buildWorker(join(folder, "worker")),
    beside: await buildWorker(join(folder, "bare"), join(import.meta.dirname, "bare-worker.ts")),
    folder,
    // The links in both answers are then the same.
    vars: { PUBLIC_URL: "https://api.leadsy.test" },
  });
  try {
    const user = USERS.find(({ email }) => email === OWNER)?.id ?? 0;
    const code = await addImports(worker.env.LEADS_0, user);
    const authorization = await signIn(worker.url, OWNER);
    const problems: string[] = [];
    console.log(`${ROUNDS} rounds of ${ROUND_MS} ms each by turns; medians; the bare Worker in brackets\n`);
    for (const path of ["/api/v1/import?limit=25", `/api/v1/import/${code}`]) {
      const product = { url: worker.url + path, headers: { authorization } };
      const bare = { url: worker.besideUrl + path, headers: { [USER_HEADER]: String(user) } };
      if ((await bodyOf(product)) !== (await bodyOf(bare))) problems.push(`${path}: the answers differ`);
      console.log(`GET ${path.replace(code, "{import_code}")}`);
      for (const connections of CONNECTIONS) {
        const load = { connections, rounds: ROUNDS, milliseconds: ROUND_MS };
        console.log(line(connections, await alternate(product, bare, load)));
      }
    }
    return problems;
  } finally {
    await worker.stop();
  }
}

function line(connections: number, { product, bare }: Turns): string {
  const [speed, bareSpeed] = [speedOf(product), speedOf(bare)];
  return (
    `${withConnections(connections)}${speed.toFixed(0).padStart(5)} requests/s (${bareSpeed.toFixed(0)}), ` +
    `p99 ${latencyOf(product, 0.99).toFixed(1)} ms (${latencyOf(bare, 0.99).toFixed(1)}), ` +
    `ratio ${(speed / bareSpeed).toFixed(2)}`
  );
}

/**
 * Gives a company so many finished imports.
 *
 * @returns the code of one of them.
 */
async function addImports(store: D1Database, user: number): Promise<string> {
  const codes = Array.from({ length: IMPORTS }, () => createImportCode(0));
  const insert = store.prepare(
    `INSERT INTO imports (import_code, company_id, campaign_id, imported_by, status, on_duplicate, file_name, file_bytes,
       file_sha256, file_key, encoding, checkpoint_offset, next_record, total_records, created_records,
       duplicate_records, failed_records, error_file_key, created_at, started_at, finished_at, moved_at)
     SELECT value, ?2, ?3, ?4, ?5, 'skip', 'leads-' || key || '.csv', 187204, ?6, 'originals/' || value, 'utf-8',
       187204, 1001, 1000, 861, 79, 60, 'errors/' || value, ?7, ?7 + 100, ?7 + 900, ?7 + 900
     FROM json_each(?1)`,
  );
  const { companyId, id } = CAMPAIGN;
  const sha256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
  await insert
    .bind(JSON.stringify(codes), companyId, id, user, STATUS.completed_with_errors, sha256, Date.now())
    .run();
  return codes[0] ?? "";
}
