import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CAMPAIGN } from "../../../src/cli/seed/data.ts";
import { buildWorker } from "../../harness/build.ts";
import { startWorker } from "../../harness/worker.ts";
import { signIn } from "../measure/api-client.ts";
import { quantile } from "../measure/statistics.ts";
import { type Head, heads } from "./heads.ts";

/** What the contract promises for the first MiB of any file, in milliseconds. */
const MOST_P95 = 300;
const SLOWEST_SHOWN = 5;

interface Timed extends Head {
  milliseconds: number;
  /** Of workerd's processor time, which other work on the machine does not lengthen. */
  cpu: number;
  status: number;
}

/**
 * Measures previews of files with different headers, one at a time, by turns with a Worker that only reads the same
 * bytes. Prints the figures.
 *
 * @returns what was wrong: a preview that was not answered, a p95 above the contract's.
 */
export async function benchPreview(count: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    return await measure(folder, count);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, count: number): Promise<string[]> {
  const worker = await startWorker({
    script: await buildWorker(join(folder, "worker")),
    beside: await buildWorker(join(folder, "bare"), join(import.meta.dirname, "bare-reader.ts")),
    folder,
  });
  try {
    const authorization = await signIn(worker.url, "owner@demo.test");
    const query = `company_id=${CAMPAIGN.companyId}&campaign_id=${CAMPAIGN.id}`;
    const preview = { url: `${worker.url}/api/v1/import/preview?${query}`, authorization, pid: worker.pid };
    const bare = { ...preview, url: `${worker.besideUrl}/` };
    const all: Timed[] = [];
    const read: Timed[] = [];
    for (const head of heads(count)) {
      read.push(await timed(bare, head));
      all.push(await timed(preview, head));
    }
    return report(all, read);
  } finally {
    await worker.stop();
  }
}

interface Asked {
  url: string;
  authorization: string;
  pid: number;
}

async function timed({ url, authorization, pid }: Asked, head: Head): Promise<Timed> {
  const cpu = cpuOf(pid);
  const startedAt = performance.now();
  const answer = await fetch(url, {
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "text/csv" },
    body: head.bytes as BodyInit,
  });
  await answer.text();
  return {
    ...head,
    status: answer.status,
    milliseconds: performance.now() - startedAt,
    cpu: cpuOf(pid) - cpu,
  };
}

/** How long a process has used a processor, in milliseconds: in hundredths of a second, proc_pid_stat(5). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function report(all: Timed[], read: Timed[]): string[] {
  const of = (timed: Timed[], share: number) =>
    quantile(
      timed.map(({ milliseconds }) => milliseconds),
      share,
    );
  const cpu = (timed: Timed[]) => timed.reduce((sum, one) => sum + one.cpu, 0) / timed.length;
  const [p50, p95] = [of(all, 0.5), of(all, 0.95)];
  console.log(
    `${all.length} previews of different heads, one at a time: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms ` +
      `(${of(read, 0.5).toFixed(1)} and ${of(read, 0.95).toFixed(1)} for a Worker that only reads the bytes: ratio ` +
      `${(p95 / of(read, 0.95)).toFixed(0)}); processor time ${cpu(all).toFixed(0)} ms each (${cpu(read).toFixed(1)})`,
  );
  for (const one of all.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST_SHOWN)) {
    console.log(
      `  slowest: ${one.milliseconds.toFixed(0)} ms, ${one.cpu} ms of processor, ${one.name}, ${one.bytes.length} bytes`,
    );
  }
  const refused = all.filter(({ status }) => status !== 200 && status !== 422);
  return [
    ...refused.map(({ name, status }) => `${name} was answered ${status}`),
    ...(p95 > MOST_P95 ? [`the p95 is above ${MOST_P95} ms`] : []),
  ];
}
