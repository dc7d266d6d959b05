import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWorker } from "../../harness/build.ts";
import { type RunningWorker, startWorker } from "../../harness/worker.ts";
import { signIn } from "../measure/api-client.ts";
import { CASES, type Case, warmUp } from "./cases.ts";
import { fill } from "./data.ts";
import { openIsolateMeter, openResidentMeter } from "./meters.ts";

const MEBIBYTE = 1024 * 1024;
/** What the product may have resident beyond a bare Worker, in MiB, where the simulator takes the most of it. */
const MOST_ABOVE_BARE = 20;
/** Until what has ended is let go of, in milliseconds. */
const REST_MS = 3000;

/**
 * Measures memory above idle while answers are not read, large leads are listed, and files come in slowly, beside
 * imports. Prints the figures.
 *
 * Each case has a workerd of its own that has answered one small request of each kind: that is idle. It is run twice:
 * once for what workerd has resident, with nobody looking into it, with the simulators of D1, R2 and queues and with
 * all garbage that V8 has not collected by itself; and once for what is alive in the Worker's isolate after a garbage
 * collection.
 *
 * @param heap caps V8's heap, in MiB: an isolate that needs more ends, and what it does fails.
 * @param only runs the cases alone whose names have this in them.
 * @returns what took more than it may, or failed.
 */
export async function benchMemory(heap?: number, only = ""): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  const problems: string[] = [];
  try {
    const options = { script: await buildWorker(join(folder, "worker")), folder, ...(heap && { heap }) };
    const beside = await buildWorker(
      join(folder, "bare"),
      join(import.meta.dirname, "bare-upload-worker.ts"),
    );
    console.log(
      "resident: the process, with the simulators of R2, D1 and queues and with garbage; in the isolate: what counts " +
        "towards its 128 MB at Cloudflare, where R2 is elsewhere",
    );
    const first = await startWorker(options);
    await fill(first.env);
    await first.stop();
    for (const one of CASES.filter(({ name }) => name.includes(only))) {
      const resident = await inWorker(await startWorker(options), one, residentAbove);
      const bare = one.bare && (await inWorker(await startWorker({ ...options, beside }), one, bareAbove));
      const { peak, end } = await inWorker(
        await startWorker({ ...options, inspector: true }),
        one,
        aliveAbove,
      );
      console.log(
        `${one.name.padEnd(34)} workerd +${show(resident)} MiB resident at most` +
          `${bare ? ` (+${show(bare)} MiB of a bare Worker)` : ""}; ` +
          `alive in the isolate +${show(peak)} MiB at most, +${show(end)} MiB at the end`,
      );
      const most = {
        "MiB resident": [resident, bare ? Math.max(one.most, bare + MOST_ABOVE_BARE) : one.most],
        "MiB alive": [peak, one.most],
        "MiB held": [end, one.held],
      };
      for (const [what, [seen = 0, limit]] of Object.entries(most))
        if (limit !== undefined && seen > limit)
          problems.push(`${one.name}: ${show(seen)} ${what}, at most ${show(limit)}`);
    }
    return problems;
  } finally {
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

const show = (mebibytes: number) => mebibytes.toFixed(1).padStart(6);

async function inWorker<T>(
  worker: RunningWorker,
  one: Case,
  measure: (worker: RunningWorker, run: (url?: string | null) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  try {
    const to = {
      url: worker.url,
      env: worker.env,
      authorization: await signIn(worker.url, "owner@demo.test"),
      runCron: () => worker.runCron(),
    };
    await warmUp(to);
    await sleep(REST_MS);
    return await measure(worker, (url) => one.run({ ...to, url: url ?? to.url }));
  } finally {
    await worker.stop();
  }
}

async function residentAbove({ pid }: RunningWorker, run: () => Promise<unknown>): Promise<number> {
  const meter = openResidentMeter(pid);
  const idle = meter.now();
  meter.resetPeak();
  await run();
  return (meter.peak() - idle) / MEBIBYTE;
}

/** The same, where the Worker beside the product takes the requests. */
function bareAbove(worker: RunningWorker, run: (url?: string | null) => Promise<unknown>): Promise<number> {
  return residentAbove(worker, () => run(worker.besideUrl));
}

async function aliveAbove({ inspectorUrl }: RunningWorker, run: () => Promise<unknown>) {
  const meter = await openIsolateMeter(inspectorUrl ?? "");
  const idle = await meter.now();
  const { peak, end } = await meter.during(run);
  meter.close();
  return { peak: (peak - idle) / MEBIBYTE, end: (end - idle) / MEBIBYTE };
}
