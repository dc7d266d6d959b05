import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTES } from "../routes.ts";
import { openApiDocument } from "./document.ts";

/** What the reference page takes of swagger-ui-dist, the licences included. */
const VENDORED = [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "favicon-32x32.png",
  "LICENSE",
  "NOTICE",
  "swagger-ui-bundle.js.LICENSE.txt",
];

/**
 * Writes the OpenAPI document and the reference page, which works without a network.
 *
 * @param root the project's folder.
 * @param folder what the Worker serves as it is: it gets `openapi.json` and `docs/`.
 */
export function writeOpenApiAssets(root: string, folder: string): void {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const docs = join(folder, "docs");
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(openApiDocument(ROUTES, { version }), null, 2));
  cpSync(join(import.meta.dirname, "reference"), docs, { recursive: true });
  for (const name of VENDORED) cpSync(join(root, "node_modules/swagger-ui-dist", name), join(docs, name));
}
