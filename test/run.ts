import { spawn } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../src/cli/root.ts";
import type { CheckedAnswers } from "./harness/document/checked.ts";
import { LONGEST_TEST_MS } from "./harness/runtime/longest-test.ts";
import type { Results } from "./results-reporter.ts";

/**
 * `npm test`: the tests in the Workers runtime, and those of commands beside them; with arguments, vitest with
 * these. Ends with 1 where a test failed, or where something failed outside of all tests.
 */

/** How slow a file is whose duration is kept for the order of the next runs, in milliseconds. */
const SLOW_MS = 3000;
/** How long vitest may take to end after its last test, in milliseconds. */
const ENDING_MS = 20_000;
/** How long vitest may go on without a test that ends, in milliseconds: longer than one may take. */
const QUIET_MS = 2 * LONGEST_TEST_MS;
/** What the databases of all runtimes may take together. */
const MEMORY_BYTES = 4 * 1024 ** 3;
/** Tests of commands run in Node; all others in the Workers runtime. */
const IN_NODE = /\.node\.test\.ts$/;
const configOf = (file: string) =>
  IN_NODE.test(file) ? "test/vitest.node.config.ts" : "test/vitest.config.ts";
const folder = join(ROOT, ".build");

/** What each file of tests says of the plans of its statements; see test/harness/databases/plans.ts. */
const plans = join(folder, "plans.ndjson");

/** Where the tests of commands find the built Worker, once one of them has needed it; see test/harness/build.ts. */
const build = join(folder, `test-worker-${process.pid}`);

const names = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
rmSync(plans, { force: true });
const code = names.length > 0 ? await runNamed(names) : await runAll();
showPlans();
rmSync(build, { recursive: true, force: true });
process.exit(code);

/** What a file of tests saw, as test/setup.ts says it. */
interface Seen {
  statements: string[];
  scans: { sql: string; steps: string[] }[];
  checked: CheckedAnswers;
}

/**
 * How many different statements were looked at in all files, and which of them go over a whole table; and how many
 * answers were compared with the OpenAPI document: a test that got another one has failed.
 */
function showPlans(): void {
  if (!existsSync(plans)) return;
  const files: Seen[] = readFileSync(plans, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const statements = new Set(files.flatMap((file) => file.statements));
  const scans = new Map(files.flatMap((file) => file.scans.map(({ sql, steps }) => [sql, steps.join("; ")])));
  for (const [sql, steps] of scans) console.log(`${steps}\n  in ${sql.replace(/\s+/g, " ")}`);
  console.log(`\nPlans: ${statements.size} statements looked at, ${scans.size} scans`);
  const answers = files.reduce((sum, { checked }) => sum + checked.answers, 0);
  const kinds = new Set(files.flatMap(({ checked }) => checked.operations));
  console.log(
    `Document: ${answers} answers compared with it, ${kinds.size} statuses of operations among them`,
  );
}

/** What was named, by any part of a path, in the runtime that it is for: vitest takes one configuration at a time. */
async function runNamed(args: string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const files = globSync("test/**/*.test.ts", { cwd: ROOT }).filter((file) =>
    names.some((name) => file.includes(name.replace(/:\d+$/, ""))),
  );
  const kinds = [...new Set(files.map((file) => IN_NODE.test(file)))];
  // Nothing but options is for all of those in the Workers runtime, and vitest says where a name is of no file.
  if (kinds.length === 0) kinds.push(false);
  const codes: number[] = [];
  for (const isInNode of kinds) {
    const resultsFile = join(folder, `test-named-${process.pid}.json`);
    codes.push(await run(configOf(isInNode ? ".node.test.ts" : ""), args, resultsFile));
    rmSync(resultsFile, { force: true });
  }
  return Math.max(...codes);
}

async function runAll(): Promise<number> {
  const parts = ["", ".node.test.ts"].map((kind, index) => ({
    config: configOf(kind),
    resultsFile: join(folder, `test-${index + 1}.json`),
  }));
  for (const { resultsFile } of parts) rmSync(resultsFile, { force: true });
  const codes = await Promise.all(parts.map(({ config, resultsFile }) => run(config, [], resultsFile)));
  const results = parts.flatMap(({ resultsFile }) => readResults(resultsFile) ?? []);
  if (process.env.KEEP_DURATIONS && results[0]) keepDurations(results[0]);

  for (const file of results.flatMap(({ pending }) => pending)) console.log(`did not end: ${file}`);
  const ended = results.flatMap((one) => one.ended);
  const passed = ended.reduce((sum, file) => sum + file.passed, 0);
  const failed =
    ended.reduce((sum, file) => sum + file.failed, 0) + results.flatMap(({ pending }) => pending).length;
  console.log(`\nTests ${passed} passed, ${failed} failed`);
  return codes.every((code) => code === 0) && passed > 0 && failed === 0 ? 0 : 1;
}

/** What vitest did not come to say, as it was killed before. */
function tellOf({ ended, failures, errorsOutside, isOver }: Results): void {
  if (isOver) return;
  const failed = ended.filter((file) => file.failed > 0).length;
  console.log(`vitest did not end by itself; ${ended.length} files did, ${failed} of them with failures`);
  for (const text of [...failures, ...errorsOutside]) console.log(`\nFAIL ${text}`);
}

/** Writes what test/sequencer.ts deals the files out by. */
function keepDurations({ ended }: Results): void {
  const slow = ended
    .filter(({ milliseconds }) => milliseconds > SLOW_MS)
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .map(({ file, milliseconds }) => [file, milliseconds]);
  writeFileSync(join(ROOT, "test/durations.json"), `${JSON.stringify(Object.fromEntries(slow), null, 2)}\n`);
}

function readResults(file: string): Results | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Memory, where Linux has enough of it as a folder: a local D1 waits for the disk after each write. */
function temporaryFolder(): string {
  const memory = "/dev/shm";
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= MEMORY_BYTES ? memory : tmpdir();
}

/**
 * One vitest, killed where it hangs: with all files ended, or with a test that takes far longer than any does. The
 * first happens where a runtime does not answer that it has stopped, for which vitest waits for a minute and then fails.
 * What was found till then stands, and is said as vitest would have.
 *
 * @param resultsFile where test/results-reporter.ts writes.
 * @returns its exit code; of a killed one, 0 where every file ended and nothing failed.
 */
function run(config: string, args: string[], resultsFile: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn("vitest", ["run", "--config", config, ...args], {
      cwd: ROOT,
      env: { ...process.env, TEST_RESULTS: resultsFile, TEST_BUILD: build, TMPDIR: temporaryFolder() },
      stdio: "inherit",
      detached: true,
    });
    const stop = () => child.pid && process.kill(-child.pid, "SIGKILL");
    const watch = setInterval(() => {
      if (!existsSync(resultsFile)) return;
      const quietMs = Date.now() - statSync(resultsFile).mtimeMs;
      const allEnded = readResults(resultsFile)?.pending.length === 0;
      if (quietMs > (allEnded ? ENDING_MS : QUIET_MS)) stop();
    }, 1000);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
    child.on("close", (code) => {
      clearInterval(watch);
      const results = readResults(resultsFile);
      if (code === null && results) tellOf(results);
      const isGood =
        results?.pending.length === 0 &&
        results.errorsOutside.length === 0 &&
        results.ended.every(({ failed }) => failed === 0);
      resolve(code ?? (isGood ? 0 : 1));
    });
  });
}
