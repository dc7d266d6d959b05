import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import type { Route } from "../http/route.ts";
import { withTables } from "./code-tables.ts";
import { GUIDES, type GuideText } from "./guides.ts";
import { problemPages } from "./problem-pages.ts";
import { renderGuide } from "./render-guide.ts";
import { writeChanged } from "./write-changed.ts";

/**
 * Writes the pages below `/docs`: the guides, a page about each error, and the reference, which draws `/openapi.json`.
 * They work without a network.
 *
 * @param root the project's folder.
 * @param folder where the pages go.
 * @param routes those that the pages about errors name.
 */
export function writePages(root: string, folder: string, routes: readonly Route[]): void {
  mkdirSync(join(folder, "problems"), { recursive: true });
  const pages = join(import.meta.dirname, "pages");
  for (const name of readdirSync(pages)) writeChanged(join(folder, name), readFileSync(join(pages, name)));
  writeChanged(join(folder, "scalar.js"), scalar(root));
  const guides = GUIDES.map((guide): GuideText => {
    const markdown = withTables(readFileSync(join(root, "docs", `${guide}.md`), "utf8"));
    const title = /^# (.+)$/m.exec(markdown)?.[1];
    if (title === undefined) throw new Error(`docs/${guide}.md has no title.`);
    return { guide, title, markdown };
  });
  for (const one of guides) writeChanged(join(folder, `${one.guide}.html`), renderGuide(one, guides));
  for (const { code, title, markdown } of problemPages(routes)) {
    const page = renderGuide({ guide: code, title, markdown }, guides);
    writeChanged(join(folder, "problems", `${code}.html`), page);
  }
}

/**
 * Scalar's reference as one script. Its own package would install 300 others for that one file; the plugin for
 * Fastify has the same file as a string, and 14 others.
 */
function scalar(root: string): string {
  const path = join(root, "node_modules/@scalar/fastify-api-reference/dist/index.js");
  const literal = /^var standalone_default = ("(?:[^"\\]|\\.)*");$/m.exec(readFileSync(path, "utf8"))?.[1];
  if (literal === undefined)
    throw new Error("@scalar/fastify-api-reference has no standalone script any more.");
  return runInNewContext(literal) as string;
}
