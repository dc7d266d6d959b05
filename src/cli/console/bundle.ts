import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build, type Metafile } from "esbuild";
import { writeChanged } from "../../docs/write-changed.ts";
import { ROOT } from "../root.ts";
import { BROWSERS } from "./browsers.ts";
import { loadedAtOnce } from "./loaded-at-once.ts";

/** What the page names, by its entry; the rest is loaded by these. */
const ENTRIES = { console: "src/console/main.tsx", theme: "src/console/design/first-theme.ts" };

/** A bundle of the console: where its files are, and which of them each one loads. */
export interface ConsoleBundle {
  folder: string;
  outputs: Metafile["outputs"];
  /** The files that the page itself names, as keys of `outputs`. */
  named: string[];
}

/**
 * Bundles the console: hashed files for ever, and the one page that names them.
 *
 * @param assets what the Worker serves as it is: it gets `console/`.
 * @throws where the source does not bundle.
 */
export async function bundleConsole(assets: string): Promise<ConsoleBundle> {
  const folder = join(assets, "console");
  mkdirSync(join(folder, "assets"), { recursive: true });
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: join(folder, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: BROWSERS,
    jsx: "automatic",
    jsxImportSource: "preact",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  for (const { path, contents } of outputFiles) writeChanged(path, contents);
  const named = namedFiles(metafile.outputs);
  writeChanged(join(folder, "index.html"), pageOf(metafile.outputs, named, assets));
  removeOthers(join(folder, "assets"), Object.keys(metafile.outputs));
  return { folder, outputs: metafile.outputs, named: Object.values(named) };
}

/** The page, which names what it draws with, and what that imports: a slow connection is not waited for twice. */
function pageOf(outputs: Metafile["outputs"], named: Record<string, string>, assets: string): string {
  const address = (file: string) => `/${relative(assets, join(ROOT, file))}`;
  const entry = named["console.js"] ?? "";
  const imported = loadedAtOnce(outputs, [entry]).filter((file) => file !== entry);
  const preloads = imported.map((file) => `<link rel="modulepreload" href="${address(file)}" />`);
  const page = readFileSync(join(ROOT, "src/console/index.html"), "utf8");
  return Object.entries(named)
    .reduce((html, [name, file]) => html.replace(`{{${name}}}`, address(file)), page)
    .replace("{{preloads}}", preloads.join("\n    "));
}

/** Removes the files of earlier builds: only now, since somebody may be reading those that are the same. */
function removeOthers(folder: string, files: string[]): void {
  const kept = new Set(files.map((file) => basename(file)));
  for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name));
}

/** The files of the entries, under the names that stand for them in the page. */
function namedFiles(outputs: Metafile["outputs"]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, source] of Object.entries(ENTRIES)) {
    const [file, output] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
    if (!file) throw new Error(`${source} was not bundled.`);
    files[`${name}.js`] = file;
    if (output?.cssBundle) files[`${name}.css`] = output.cssBundle;
  }
  return files;
}
