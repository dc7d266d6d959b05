import { randomInt } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { exitWithError } from "../../src/cli/fail.ts";
import { statusName } from "../../src/imports/status.ts";
import { generateLeads } from "../fixtures/generate-leads.ts";
import { buildWorker } from "../harness/build.ts";
import { prepareUpload } from "./client.ts";
import { drawMoments, type Moment } from "./moments.ts";
import { type Disturbed, runDisturbed, runUndisturbed, type Setup, type Undisturbed } from "./run.ts";

const USAGE = "Usage: npm run test:crash -- [--records N] [--kills N] [--seed N]";
/** An import that ended before the kill is made again, with half the wait. */
const TRIES = 6;

// It would name the file of secrets at each start.
process.env.WRANGLER_LOG ??= "warn";

try {
  const { values } = parseArgs({
    options: { records: { type: "string" }, kills: { type: "string" }, seed: { type: "string" } },
  });
  await crash({
    records: whole(values.records ?? "100000"),
    kills: whole(values.kills ?? "20"),
    seed: whole(values.seed ?? String(randomInt(1, 1_000_000))),
  });
} catch (error) {
  exitWithError(error);
}

/** Kills an import again and again. @throws where one of them is not exact afterwards. */
async function crash({ records, kills, seed }: { records: number; kills: number; seed: number }) {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-crash-"));
  // Even where it is interrupted: workerd is ended by Miniflare then, and this process exits.
  process.once("exit", () => rmSync(folder, { recursive: true, maxRetries: 3 }));
  const setup = await prepare(folder, records, seed);
  console.log(`${number(records)} records, ${number(setup.upload.bytes.length)} bytes, seed ${seed}`);
  const undisturbed = await inFolder(folder, (own) => runUndisturbed(setup, own));
  const { upload, records: reading, end } = undisturbed.durations;
  console.log(
    `undisturbed: upload ${ms(upload)}, records ${ms(reading)}, last chunk and error file ${ms(end)}  ` +
      verdict(undisturbed.problems),
  );
  if (undisturbed.problems.length > 0) throw new Error("there is nothing to compare with");

  let exact = 0;
  for (const [index, moment] of drawMoments(seed, kills).entries()) {
    const run = await runOnce(folder, setup, undisturbed, moment);
    if (run.problems.length === 0) exact++;
    console.log(`${String(index + 1).padStart(2)}  ${describe(run, records)}  ${verdict(run.problems)}`);
  }
  console.log(`${exact} of ${kills} exact`);
  if (exact < kills) throw new Error(`seed ${seed} was not exact`);
}

async function prepare(folder: string, records: number, seed: number): Promise<Setup> {
  const path = join(folder, "leads.csv");
  const leads = generateLeads({ seed, records });
  await pipeline(Readable.from(leads.chunks()), createWriteStream(path));
  return {
    script: await buildWorker(join(folder, "worker")),
    upload: await prepareUpload(path),
    truth: leads.truth(),
  };
}

/** @throws where the import ends before every kill. */
async function runOnce(
  folder: string,
  setup: Setup,
  undisturbed: Undisturbed,
  { phase, share }: Moment,
): Promise<Disturbed> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const moment = { phase, share: share / 2 ** attempt };
    const run = await inFolder(folder, (own) => runDisturbed(setup, undisturbed, moment, own));
    if (run) return run;
  }
  throw new Error(`the import was over before each of ${TRIES} kills`);
}

async function inFolder<T>(parent: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, "run-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function describe({ killedAfter, left, how }: Disturbed, records: number): string {
  const state = left
    ? `${statusName(left.status)}, ${number(left.records)} of ${number(records)} in`
    : "no import yet";
  return `killed after ${ms(killedAfter)}: ${state}; upload ${how}`;
}

function verdict(problems: string[]): string {
  return problems.length === 0 ? "exact" : `NOT EXACT\n    ${problems.join("\n    ")}`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function ms(value: number): string {
  return `${number(Math.round(value))} ms`;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`“${text}” is not a positive whole number.\n${USAGE}`);
  return value;
}
