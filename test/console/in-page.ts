import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { ROOT } from "../../src/cli/root.ts";

/** What tests of single modules of the console use of it. */
const MODULES = `
  export { resumeSession } from "./api/session.ts";
  export { loadImport } from "./api/imports.ts";
  export { uploadImport } from "./api/upload/upload.ts";
  export { createDraft } from "./views/import/draft.ts";
  export { homeIn, sameViewIn } from "./company.ts";
`;

/**
 * Loads modules of the console into a page where a person is signed in, beside those that show it: as `modules`, for
 * what {@link runIn} runs.
 */
export async function loadModules(page: Page): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: MODULES, resolveDir: join(ROOT, "src/console"), loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "modules",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  await page.evaluate(`${outputFiles[0]?.text ?? ""}; null`);
  await runIn(page, "await modules.resumeSession()");
}

/** Runs the body of an asynchronous function in a page. @returns what it returns. */
export function runIn<T>(page: Page, body: string): Promise<T> {
  return page.evaluate(`(async () => {${body}})()`) as Promise<T>;
}
