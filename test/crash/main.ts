import { randomInt } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitWithError } from "../../src/cli/fail.ts";
import { statusName } from "../../src/imports/state/status.ts";
import { generateLeads } from "../fixtures/generate-leads.ts";
import { buildWorker } from "../harness/build.ts";
import { prepareUpload } from "./client.ts";
import { type FileKind, fileOf, KINDS } from "./kinds.ts";
import { drawMoments, type Moment } from "./moments.ts";
import { type Disturbed, runDisturbed, runUndisturbed, type Setup, type Undisturbed } from "./run.ts";

const USAGE = "Usage: npm run test:crash -- [--records N] [--kills N] [--seed N] [--kinds csv,xlsx,gzip,zip]";
/** An import that ended before the kill is made again, with half the wait. */
const TRIES = 6;

// It would name the file of secrets at each start.
process.env.WRANGLER_LOG ??= "warn";

try {
  const { values } = parseArgs({
    options: {
      records: { type: "string" },
      kills: { type: "string" },
      seed: { type: "string" },
      kinds: { type: "string" },
    },
  });
  await crash({
    records: whole(values.records ?? "100000"),
    kills: whole(values.kills ?? "20"),
    seed: whole(values.seed ?? String(randomInt(1, 1_000_000))),
    kinds: kindsOf(values.kinds ?? KINDS.join(",")),
  });
} catch (error) {
  exitWithError(error);
}

interface Options {
  records: number;
  kills: number;
  seed: number;
  kinds: FileKind[];
}

/** Kills imports again and again, of files of each kind in turn. @throws where one of them is not exact afterwards. */
async function crash({ records, kills, seed, kinds }: Options) {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-crash-"));
  // Even where it is interrupted: workerd is ended by Miniflare then, and this process exits.
  process.once("exit", () => rmSync(folder, { recursive: true, maxRetries: 3 }));
  const script = await buildWorker(join(folder, "worker"));
  const leads = generateLeads({ seed, records, lineEnding: "lf" });
  const csv = Buffer.concat(Array.from(leads.chunks(), (chunk) => Buffer.from(chunk)));
  console.log(`${number(records)} records, seed ${seed}`);
  const exact = new Map(kinds.map((kind) => [kind, { exact: 0, killed: 0 }]));
  const references = new Map<FileKind, { setup: Setup; undisturbed: Undisturbed }>();
  // Five stretches in turn: a kind meets each of them, as their number and that of the kinds have no common divisor.
  for (const [index, moment] of drawMoments(seed, kills).entries()) {
    const kind = kinds[index % kinds.length] ?? "csv";
    let reference = references.get(kind);
    if (!reference) {
      const setup = { script, upload: prepareUpload(fileOf(kind, csv)), truth: leads.truth() };
      reference = { setup, undisturbed: await importInPeace(folder, kind, setup) };
      references.set(kind, reference);
    }
    const run = await runOnce(folder, reference.setup, reference.undisturbed, moment);
    const tally = exact.get(kind);
    if (tally) tally.killed++;
    if (tally && run.problems.length === 0) tally.exact++;
    console.log(
      `${String(index + 1).padStart(2)}  ${kind.padEnd(4)}  ${describe(run, records)}  ${verdict(run.problems)}`,
    );
  }
  for (const [kind, tally] of exact) console.log(`${kind}: ${tally.exact} of ${tally.killed} exact`);
  const all = [...exact.values()].reduce((sum, tally) => sum + tally.exact, 0);
  console.log(`${all} of ${kills} exact`);
  if (all < kills) throw new Error(`seed ${seed} was not exact`);
}

/** @throws where even that is not exact. */
async function importInPeace(folder: string, kind: FileKind, setup: Setup): Promise<Undisturbed> {
  const undisturbed = await inFolder(folder, (own) => runUndisturbed(setup, own));
  const { upload, records, end } = undisturbed.durations;
  console.log(
    `${kind}, ${number(setup.upload.bytes.length)} bytes, undisturbed: upload ${ms(upload)}, records ${ms(records)}, ` +
      `last chunk and error file ${ms(end)}  ${verdict(undisturbed.problems)}`,
  );
  if (undisturbed.problems.length > 0) throw new Error("there is nothing to compare with");
  return undisturbed;
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

function kindsOf(text: string): FileKind[] {
  return text.split(",").map((name) => {
    const kind = KINDS.find((known) => known === name);
    if (!kind) throw new Error(`“${name}” is not one of ${KINDS.join(", ")}.\n${USAGE}`);
    return kind;
  });
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`“${text}” is not a positive whole number.\n${USAGE}`);
  return value;
}
