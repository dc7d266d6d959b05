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
const LEADS = 20_000;

/** What is asked for, by what is compared; words in braces are filled in. */
const PATHS = {
  read: ["/import?limit=25", "/import/{import_code}"],
  leads: [
    "/companies/{company_id}/leads?limit=25&count=none",
    "/companies/{company_id}/leads?stage_eq=2&assigned_to_eq={user_id}",
    "/companies/{company_id}/leads?q=Apellido7+Nombre3",
  ],
};
/** The unit of times in /proc, in milliseconds: proc_pid_stat(5), `sysconf(_SC_CLK_TCK)` is 100. */
const TICK_MS = 10;

/**
 * Measures the two reads of an import, or lists of leads, against another working tree, such as an older version with
 * its own `node_modules`, by turns: the processor time that workerd takes for a request, which what else the machine
 * does changes less than how long it takes. Prints the figures.
 *
 * @param leads how many leads there are, for lists of them.
 * @returns no problems: what is enough is for the reader to say.
 */
export async function benchAgainst(
  what: keyof typeof PATHS,
  other: string,
  rounds: number,
  leads = LEADS,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  const many = what === "leads" ? leads : 0;
  const trees = [
    await serve(resolve(other), join(folder, "other"), many),
    await serve(ROOT, join(folder, "this"), many),
  ];
  try {
    console.log(
      `milliseconds of processor time a request, of ${other} / of this tree; medians of ${rounds} rounds of ${REQUESTS} requests by turns\n`,
    );
    for (const path of PATHS[what]) {
      console.log(`GET ${path}`);
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

async function serve(
  tree: string,
  folder: string,
  leads: number,
): Promise<Served & { stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, "serve.ts"), [tree, folder, String(leads)], { cwd: tree });
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
    for (const [index, { url, pid, authorization, values }] of trees.entries()) {
      const before = processorTime(pid);
      const asked = path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof values) => String(values[name]));
      const target = { url: `${url}/api/v1${asked}`, headers: { authorization } };
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
