import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { USERS } from "../../src/cli/seed/data.ts";
import { buildWorker } from "../harness/build.ts";
import { startWorker } from "../harness/worker.ts";
import { USER_HEADER } from "./bare-statements.ts";
import { signIn } from "./measure/api-client.ts";
import { alternate, bodyOf, latencyOf, speedOf, type Turns, withConnections } from "./measure/turns.ts";
import { addImports } from "./read-data.ts";

const CONNECTIONS = [1, 16, 64];
const ROUND_MS = 700;
const OWNER = "owner@demo.test";

/**
 * Measures the two reads of an import against a Worker that does no more than the same SQL and the same bytes,
 * in the same workerd on the same databases, in short rounds by turns. Prints the figures.
 *
 * @param rounds how many each figure is the median of.
 * @returns what was wrong: an answer in which the two differ, whose speeds could not be compared.
 */
export async function benchRead(rounds: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    return await measure(folder, rounds);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, rounds: number): Promise<string[]> {
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
    console.log(`${rounds} rounds of ${ROUND_MS} ms each by turns; medians; the bare Worker in brackets\n`);
    for (const path of ["/api/v1/import?limit=25", `/api/v1/import/${code}`]) {
      const product = { url: worker.url + path, headers: { authorization } };
      const bare = { url: worker.besideUrl + path, headers: { [USER_HEADER]: String(user) } };
      if ((await bodyOf(product)) !== (await bodyOf(bare))) problems.push(`${path}: the answers differ`);
      console.log(`GET ${path.replace(code, "{import_code}")}`);
      for (const connections of CONNECTIONS) {
        const load = { connections, rounds, milliseconds: ROUND_MS };
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
