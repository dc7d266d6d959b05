import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "../root.ts";

/**
 * Keeps local commands to this machine: no look-up of `request.cf`, no telemetry, no news of other versions.
 * @see https://developers.cloudflare.com/workers/wrangler/system-environment-variables/
 */
export const LOCAL_ONLY = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
};

interface WranglerOptions extends Omit<SpawnOptions, "env"> {
  /** Added to the present environment. */
  env?: Record<string, string>;
  /** Arguments for Node itself. */
  nodeArgs?: string[];
}

/** Starts this project's wrangler with the present Node. */
export function spawnWrangler(args: string[], options: WranglerOptions = {}): ChildProcess {
  const { env = {}, nodeArgs = [], ...rest } = options;
  const cli = join(ROOT, "node_modules/wrangler/wrangler-dist/cli.js");
  // The [build] command of wrangler.toml finds the same Node.
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  return spawn(process.execPath, ["--no-warnings", ...nodeArgs, cli, ...args], {
    ...rest,
    cwd: ROOT,
    env: { ...process.env, PATH, ...LOCAL_ONLY, ...env },
  });
}

/**
 * Runs wrangler to its end.
 *
 * @returns what it wrote to standard output.
 * @throws with what it wrote, where it ends with anything but 0.
 */
export async function runWrangler(args: string[]): Promise<string> {
  const child = spawnWrangler(args, { stdio: ["inherit", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (errors += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  if (code !== 0)
    throw new Error(`wrangler ${args.slice(0, 3).join(" ")} failed:\n${errors}${out}`.trimEnd());
  return out;
}
