import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../root.ts";
import { yieldToServer } from "./yield-to-server.ts";

/**
 * Checks the types after each change, as `npm run types` does, beside the server: it serves what has errors, too.
 *
 * @param signal ends it.
 * @param onLine gets each error, and a line when there is none any more.
 */
export function watchTypes(signal: AbortSignal, onLine: (text: string) => void): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const kept = ["--incremental", "--tsBuildInfoFile", join(ROOT, ".build/types.tsbuildinfo")];
  const child = spawn(
    process.execPath,
    [tsc, "--watch", "--preserveWatchOutput", "--pretty", "false", ...kept],
    { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"], signal },
  );
  yieldToServer(child);
  // Aborting it is how it ends.
  child.on("error", () => {});
  let hadErrors = false;
  createInterface(child.stdout).on("line", (line) => {
    if (/ error TS\d+: /.test(line)) onLine(line);
    const count = /Found (\d+) errors?\. Watching/.exec(line)?.[1];
    if (count === undefined) return;
    if (count === "0" && hadErrors) onLine("No type errors any more.");
    hadErrors = count !== "0";
  });
}
