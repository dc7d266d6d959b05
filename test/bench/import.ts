import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { generateLeads, type LeadFile, type Truth } from "../fixtures/generate-leads.ts";
import { buildWorker } from "../harness/build.ts";
import { type Round, runProduct } from "./measure/product-import.ts";
import { median, quantile } from "./measure/statistics.ts";
import type { ReferenceResult } from "./reference.ts";

export interface ImportBench {
  records: number;
  /** Makes the file this large instead, in millions of bytes. */
  megabytes?: number | undefined;
  /** V8's heap in workerd, in MiB. */
  heap?: number | undefined;
  rounds: number;
  /** Tries the file in place of importing it. */
  dryRun: boolean;
}

const MIB = 1024 * 1024;

/**
 * Measures the import of a file: each round once by the in-process reference and once by the product, which
 * starts again with empty databases. Prints the figures.
 *
 * @returns what was wrong with any round's counters; nothing when all of them hold.
 */
export async function benchImport({
  records,
  megabytes,
  heap,
  rounds,
  dryRun,
}: ImportBench): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    const path = join(folder, "leads.csv");
    const truth = await writeFile(path, {
      seed: 2026,
      records: megabytes ? Number.POSITIVE_INFINITY : records,
      ...(megabytes && { bytes: megabytes * 1_000_000 }),
      lineEnding: "crlf",
    });
    const { size } = await stat(path);
    console.log(
      `${number(truth.total)} records, ${number(size)} bytes, ${rounds} round${rounds > 1 ? "s" : ""} each`,
    );

    const script = await buildWorker(join(folder, "worker"));
    const references: number[] = [];
    const products: Round[] = [];
    for (let round = 1; round <= rounds; round++) {
      const own = await mkdtemp(join(folder, "round-"));
      references.push(runReference(path, own, truth));
      const product = await runProduct({ script, folder: own, path, truth, size, heap, dryRun });
      products.push(product);
      await rm(own, { recursive: true });
      console.log(
        `round ${round}: reference ${rate(truth, references.at(-1))}, product ${rate(truth, product.seconds)}`,
      );
    }
    report(truth, references, products);
    return products.flatMap(({ problems }) => problems);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeFile(path: string, file: LeadFile): Promise<Truth> {
  const leads = generateLeads(file);
  await pipeline(Readable.from(leads.chunks()), createWriteStream(path));
  return leads.truth();
}

/**
 * Runs the reference in a process of its own: like the product it starts cold each round.
 *
 * @returns seconds. @throws when the reference itself counts wrongly: there is nothing to compare with then.
 */
function runReference(path: string, folder: string, truth: Truth): number {
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, "reference.ts"), path, folder]);
  const { seconds, ...counters } = JSON.parse(printed.toString()) as ReferenceResult;
  for (const [counter, count] of Object.entries(counters)) {
    const expected = truth[counter as keyof typeof counters];
    if (count !== expected) throw new Error(`the reference's ${counter} is ${count}, not ${expected}`);
  }
  return seconds;
}

function report(truth: Truth, references: number[], products: Round[]): void {
  const polls = products.flatMap((round) => round.polls);
  const seconds = median(products.map((round) => round.seconds));
  const ratio = median(references) / seconds;
  console.log(`product             ${rate(truth, seconds)} (${seconds.toFixed(2)} s, upload to completed)`);
  console.log(
    `reference           ${rate(truth, median(references))} (in process: node:sqlite, Papa Parse, zod)`,
  );
  console.log(`ratio               ${ratio.toFixed(2)} of the reference`);
  console.log(
    `processor time      ${median(products.map((round) => round.processorTime)).toFixed(2)} s (workerd)`,
  );
  console.log(
    `peak memory         ${(Math.max(...products.map((round) => round.peakMemory)) / MIB).toFixed(0)} MiB (workerd)`,
  );
  console.log(
    `status polls        ${polls.length}, median ${milliseconds(median(polls))}, ` +
      `p99 ${milliseconds(quantile(polls, 0.99))}, slowest ${milliseconds(Math.max(...polls))}`,
  );
}

function rate({ total }: Truth, seconds = Number.NaN): string {
  return `${number(Math.round(total / seconds))} rows/s`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
