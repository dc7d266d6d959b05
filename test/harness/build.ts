import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { runWrangler } from "../../src/cli/config/wrangler.ts";
import { ROOT } from "../../src/cli/root.ts";

/**
 * Bundles a Worker just as it would be deployed.
 *
 * @param folder where the script and the modules beside it are put.
 * @param entry the source file.
 * @returns the path of the script.
 * @throws with the output of wrangler when the source does not build.
 */
export async function buildWorker(folder: string, entry = join(ROOT, "src/index.ts")): Promise<string> {
  const config = join(ROOT, "wrangler.toml");
  await runWrangler([
    "deploy",
    entry,
    "--config",
    config,
    "--env=production",
    "--dry-run",
    "--outdir",
    folder,
  ]);
  return join(folder, `${basename(entry, extname(entry))}.js`);
}

/**
 * The Worker as {@link buildWorker} bundles it, once in a run of the tests: `test/run.ts` names a folder for it.
 *
 * @param folder where it is built when there is no such run.
 */
export async function sharedBuild(folder: string): Promise<string> {
  const shared = process.env.TEST_BUILD;
  if (!shared) return buildWorker(folder);
  const script = join(shared, "index.js");
  return existsSync(script) ? script : buildWorker(shared);
}
