import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { writeChanged } from "../../docs/write-changed.ts";
import { BROWSERS } from "../console/browsers.ts";
import { ROOT } from "../root.ts";
import { writeImportPages } from "./pages.ts";
import { shadowStyles } from "./shadow-styles.ts";

/** The most that the element may have, in bytes of gzip: it comes to pages that have enough to load. */
const MOST_BYTES = 35 * 1024;

/**
 * Bundles the element that imports on other pages into one script, and the pages that have nothing but it.
 *
 * @param assets what the Worker serves as it is: it gets `embed/`.
 * @returns a line for a person.
 * @throws where the source does not bundle, or is over 35 KiB.
 */
export async function bundleEmbed(assets: string): Promise<string> {
  const folder = join(assets, "embed");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "leadsy-import.js");
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/embed/leadsy-import.tsx"],
    outfile: path,
    bundle: true,
    minify: true,
    format: "esm",
    target: BROWSERS,
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [shadowStyles],
    write: false,
    logLevel: "error",
  });
  const [script] = outputFiles;
  if (!script) throw new Error("the element was not bundled");
  writeChanged(path, script.contents);
  writeChanged(join(folder, "page.css"), readFileSync(join(ROOT, "src/embed/page/page.css")));
  writeImportPages(folder);
  const { length } = gzipSync(script.contents, { level: 9 });
  const line = `Element: ${inKib(length)} KiB gzip (at most ${inKib(MOST_BYTES)})`;
  if (length > MOST_BYTES) throw new Error(`${line}. Import less of the console.`);
  return line;
}

function inKib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
