import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { llmsText } from "../docs/llms.ts";
import { writeChanged } from "../docs/write-changed.ts";
import { writePages } from "../docs/write-pages.ts";
import { ROUTES } from "../routes.ts";
import { openApiDocument } from "./document.ts";
import { postmanCollection } from "./postman/collection.ts";

/**
 * Writes the OpenAPI document, a collection for Postman, `llms.txt` and the pages below `/docs`.
 *
 * @param root the project's folder.
 * @param folder what the Worker serves as it is: it gets `openapi.json`, `postman.json`, `llms.txt` and `docs/`.
 */
export function writeOpenApiAssets(root: string, folder: string): void {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  mkdirSync(folder, { recursive: true });
  writeChanged(join(folder, "openapi.json"), JSON.stringify(openApiDocument(ROUTES, { version }), null, 2));
  const collection = postmanCollection(
    ROUTES.map(({ spec }) => spec),
    { version },
  );
  writeChanged(join(folder, "postman.json"), JSON.stringify(collection, null, 2));
  writeChanged(join(folder, "llms.txt"), llmsText(ROUTES));
  writePages(root, join(folder, "docs"), ROUTES);
}
