import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EMBED } from "../../console/i18n/texts/embed.ts";
import { IMPORT } from "../../console/i18n/texts/import.ts";
import { writeChanged } from "../../docs/write-changed.ts";
import { ROOT } from "../root.ts";

/** Writes the page that has nothing but the element, once in each language. @param folder gets `en/`, `es/` and `pt/`. */
export function writeImportPages(folder: string): void {
  const page = readFileSync(join(ROOT, "src/embed/page/page.html"), "utf8");
  for (const lang of ["en", "es", "pt"] as const) {
    mkdirSync(join(folder, lang), { recursive: true });
    const html = page
      .replace('lang="en"', `lang="${lang}"`)
      .replaceAll("{{title}}", IMPORT["import.title"][lang])
      .replaceAll("{{noscript}}", EMBED["embed.noscript"][lang]);
    writeChanged(join(folder, lang, "index.html"), html);
  }
}
