import { spawn } from "node:child_process";
import { join, sep } from "node:path";
import { ROOT } from "../root.ts";
import { watchFolders } from "./watch-folders.ts";
import { yieldToServer } from "./yield-to-server.ts";

/** Says to src/cli/build.ts, as wrangler runs it, that another process writes the assets. */
export const ASSETS_BESIDE = { LEADSY_ASSETS: "beside" };

/**
 * How long nothing must have changed before the reference is written again, in milliseconds: longer than the server takes
 * to come up with an edit, since writing it keeps a processor busy for as long.
 */
const REFERENCE_QUIET_MS = 3000;
/** The same for the console, whose edits show only then. */
const CONSOLE_QUIET_MS = 50;

const SOURCE = join(ROOT, "src");
const CONSOLE = [join(SOURCE, "console"), join(SOURCE, "embed")];

/** What the assets consist of: the reference with the guides, and the console. */
type Part = "reference" | "console";

/**
 * Writes what `/docs`, `/openapi.json` and the console serve.
 *
 * @param part what of it; all by default.
 * @returns what went wrong, or nothing.
 */
export function buildAssets(part?: Part): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(SOURCE, "cli/build.ts"), ...(part ? [`--only=${part}`] : [])],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    // What serves an edit of the API goes first.
    if (part === "reference") yieldToServer(child);
    let problem = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (problem += text));
    child.on("error", reject).on("close", (code) => resolve(code === 0 ? "" : problem));
  });
}

/**
 * Writes the part again that a change of the source or the guides belongs to, beside the bundle of the Worker: an edit
 * need not wait for it.
 *
 * @param signal ends it.
 */
export function watchAssets(signal: AbortSignal, onProblem: (text: string) => void): void {
  const rebuild = (part: Part, name: string) => {
    let building: Promise<void> = Promise.resolve();
    return () => {
      building = building.then(async () => {
        const problem = signal.aborted ? "" : await buildAssets(part);
        if (problem) onProblem(`${name} as before:\n${problem}`);
      });
    };
  };
  const isOfConsole = (path: string) => CONSOLE.some((folder) => path.startsWith(folder + sep));
  const reference = rebuild("reference", "The reference and the guides are");
  watchFolders([SOURCE, join(ROOT, "docs")], REFERENCE_QUIET_MS, signal, reference, isOfConsole);
  watchFolders(CONSOLE, CONSOLE_QUIET_MS, signal, rebuild("console", "The console is"));
}
