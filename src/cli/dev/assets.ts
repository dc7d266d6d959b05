import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { watchFolders } from "./watch-folders.ts";
import { yieldToServer } from "./yield-to-server.ts";

/** Says to src/cli/build.ts, as wrangler runs it, that another process writes the assets. */
export const ASSETS_BESIDE = { LEADSY_ASSETS: "beside" };

/** How long nothing must have changed before the assets are written again, in milliseconds. */
const QUIET_MS = 1000;

/**
 * Writes what `/docs` and `/openapi.json` serve.
 *
 * @param isBeside whether a server is at work meanwhile, which goes first.
 * @returns what went wrong, or nothing.
 */
export function buildAssets(isBeside = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, "src/cli/build.ts")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (isBeside) yieldToServer(child);
    let problem = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (problem += text));
    child.on("error", reject).on("close", (code) => resolve(code === 0 ? "" : problem));
  });
}

/**
 * Writes them again after each change of the source or the guides, beside the bundle of the Worker: an edit need not
 * wait for them.
 *
 * @param signal ends it.
 */
export function watchAssets(signal: AbortSignal, onProblem: (text: string) => void): void {
  let building: Promise<void> = Promise.resolve();
  watchFolders([join(ROOT, "src"), join(ROOT, "docs")], QUIET_MS, signal, () => {
    building = building.then(async () => {
      const problem = signal.aborted ? "" : await buildAssets(true);
      if (problem) onProblem(`The reference and the guides are as they were:\n${problem}`);
    });
  });
}
