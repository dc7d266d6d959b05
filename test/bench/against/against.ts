import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ROOT } from "../../../src/cli/root.ts";
import { countLoad } from "../measure/load.ts";
import { median } from "../measure/statistics.ts";
import { withConnections } from "../measure/turns.ts";
import type { Served } from "./serve.ts";

const REQUESTS = 500;
const CONNECTIONS = [1, 16];
const PATHS = ["/api/v1/import?limit=25", "/api/v1/import/{import_code}"];
/** The unit of times in /proc, in milliseconds: proc_pid_stat(5), `sysconf(_SC_CLK_TCK)` is 100. */
const TICK_MS = 10;

/**
 * Measures the two reads of an import against another working tree, such as an older version with its own
 * `node_modules`, by turns: the processor time that workerd takes for a request, which what else the machine does
 * changes less than how long it takes. Prints the figures.
 *
 * @returns no problems: what is enough is for the reader to say.
 */
export async function benchAgainst(other: string, rounds: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  const trees = [await serve(resolve(other), join(folder, "other")), await serve(ROOT, join(folder, "this"))];
  try {
    console.log(
      `milliseconds of processor time a request, of ${other} / of this tree; medians of ${rounds} rounds of ${REQUESTS} requests by turns\n`,
    );
    for (const path of PATHS) {
      console.log(`GET ${path.replace("/api/v1", "")}`);
      for (const connections of CONNECTIONS) {
        const [before = 0, now = 0] = await compare(trees, path, { connections, rounds });
        console.log(
          `${withConnections(connections)}${before.toFixed(2)} / ${now.toFixed(2)}, ratio ${(before / now).toFixed(2)}`,
        );
      }
    }
    return [];
  } finally {
    for (const { stop } of trees) await stop();
    await rm(folder, { recursive: true });
  }
}

async function serve(tree: string, folder: string): Promise<Served & { stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, "serve.ts"), [tree, folder], { cwd: tree });
  const [served] = (await once(child, "message")) as [Served];
  return {
    ...served,
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** @returns the median processor time of a request of each tree, in milliseconds. */
async function compare(
  trees: Served[],
  path: string,
  { connections, rounds }: { connections: number; rounds: number },
): Promise<number[]> {
  const costs = trees.map((): number[] => []);
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { url, pid, authorization, code }] of trees.entries()) {
      const before = processorTime(pid);
      const target = { url: url + path.replace("{import_code}", code), headers: { authorization } };
      await countLoad({ ...target, connections, requests: REQUESTS });
      if (round > 0) costs[index]?.push((processorTime(pid) - before) / REQUESTS);
    }
  }
  return costs.map(median);
}

/** The processor time that a process has taken so far, in milliseconds. */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MS;
}
