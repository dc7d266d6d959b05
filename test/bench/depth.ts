import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "../../src/cli/root.ts";

/**
 * Prints how many calls in a row each route waits for, and what they read, by running the test that holds the bars.
 *
 * @returns what was wrong: that a route waits for more than its bar.
 */
export async function benchDepth(): Promise<string[]> {
  const run = spawn(process.execPath, [join(ROOT, "test/run.ts"), "test/conformance/depth"], {
    cwd: ROOT,
    env: { ...process.env, DEPTH: "all" },
    stdio: "inherit",
  });
  const [code] = await once(run, "exit");
  return code === 0 ? [] : ["a route waits for more calls than its bar, or than its line in bars.ts says"];
}
