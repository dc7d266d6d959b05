import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../src/cli/root.ts";

/**
 * `npm test`: the tests in the Workers runtime, and those of commands beside them; with arguments, vitest with
 * these. Ends with 1 where a test failed, or where something failed outside of all tests.
 */

/** How slow a file is whose duration is kept for the order of the next runs, in milliseconds. */
const SLOW_MS = 3000;
/** How long vitest may take to end after its last test, in milliseconds. */
const ENDING_MS = 20_000;
/** Tests of commands run in Node; all others in the Workers runtime. */
const IN_NODE = /\.node\.test\.ts$/;
const configOf = (file: string) =>
  IN_NODE.test(file) ? "test/vitest.node.config.ts" : "test/vitest.config.ts";
const folder = join(ROOT, ".build");

/** What each file of tests says of the plans of its statements; see test/harness/plans.ts. */
const plans = join(folder, "plans.ndjson");

const names = process.argv.slice(2);
rmSync(plans, { force: true });
const code = names.length > 0 ? await runNamed(names) : await runAll();
showPlans();
process.exit(code);

/** How many different statements were looked at in all files, and which of them go over a whole table. */
function showPlans(): void {
  if (!existsSync(plans)) return;
  const files: { statements: string[]; scans: { sql: string; steps: string[] }[] }[] = readFileSync(
    plans,
    "utf8",
  )
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const statements = new Set(files.flatMap((file) => file.statements));
  const scans = new Map(files.flatMap((file) => file.scans.map(({ sql, steps }) => [sql, steps.join("; ")])));
  for (const [sql, steps] of scans) console.log(`${steps}\n  in ${sql.replace(/\s+/g, " ")}`);
  console.log(`\nPlans: ${statements.size} statements looked at, ${scans.size} scans`);
}

/** What was named, in the runtime that it is for: vitest takes one configuration at a time. */
async function runNamed(args: string[]): Promise<number> {
  const inNode = args.filter((arg) => IN_NODE.test(arg));
  const others = args.filter((arg) => !IN_NODE.test(arg));
  const options = args.filter((arg) => arg.startsWith("-"));
  const codes = [
    inNode.length > 0 ? await run(configOf(".node.test.ts"), [...inNode, ...options]) : 0,
    others.length > options.length || inNode.length === 0 ? await run(configOf(""), others) : 0,
  ];
  return Math.max(...codes);
}

async function runAll(): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const parts = ["", ".node.test.ts"].map((kind, index) => ({
    config: configOf(kind),
    report: join(folder, `test-${index + 1}.json`),
  }));
  for (const { report } of parts) rmSync(report, { force: true });
  const codes = await Promise.all(
    parts.map(({ config, report }) =>
      run(config, ["--reporter=default", "--reporter=json", `--outputFile=${report}`], report),
    ),
  );
  const counts = parts.map(({ report }) => countsOf(report));
  const [passed = 0, failed = 0] = [0, 1].map((at) =>
    counts.reduce((sum, count) => sum + (count[at] ?? 0), 0),
  );
  if (process.env.KEEP_DURATIONS) keepDurations(parts[0]?.report ?? "");
  console.log(`\nTests ${passed} passed, ${failed} failed`);
  return codes.every((code) => code === 0) && passed > 0 ? 0 : 1;
}

/** Writes what test/sequencer.ts deals the files out by. */
function keepDurations(report: string): void {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { name: string; startTime: number; endTime: number }[];
  };
  const slow = testResults
    .map(({ name, startTime, endTime }) => [relative(ROOT, name), Math.round(endTime - startTime)] as const)
    .filter(([, milliseconds]) => milliseconds > SLOW_MS)
    .toSorted(([, a], [, b]) => b - a);
  writeFileSync(join(ROOT, "test/durations.json"), `${JSON.stringify(Object.fromEntries(slow), null, 2)}\n`);
}

function countsOf(report: string): [passed: number, failed: number] {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return [numPassedTests, numFailedTests];
  } catch {
    return [0, 0];
  }
}

/** @param report what vitest writes when all tests are over: from then on it has a while to end by itself. */
function run(config: string, args: string[], report?: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn("vitest", ["run", "--config", config, ...args], {
      cwd: ROOT,
      stdio: "inherit",
      detached: true,
    });
    const stop = () => child.pid && process.kill(-child.pid, "SIGKILL");
    const ends = setInterval(() => {
      // Now and then its runtime does not: then the report tells.
      if (!report || !existsSync(report) || Date.now() - statSync(report).mtimeMs < ENDING_MS) return;
      stop();
    }, 1000);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
    child.on("close", (code) => {
      clearInterval(ends);
      const whole = report && existsSync(report) && JSON.parse(readFileSync(report, "utf8")).success;
      resolve(code ?? (whole ? 0 : 1));
    });
  });
}
