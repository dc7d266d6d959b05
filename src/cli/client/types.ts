import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createConfig } from "@redocly/openapi-core";
import openapiTS, { astToString } from "openapi-typescript";
import { ROOT } from "../root.ts";

/** Where the types of the API are, which `src/client` is written on. */
const TYPES = join(ROOT, ".build/client/schema.ts");

/**
 * Writes the types of the API's document, where it has changed since the last time.
 *
 * @param document the path of the OpenAPI document.
 */
export async function writeClientTypes(document: string): Promise<void> {
  const head = `// Made of the API's document ${createHash("sha256").update(readFileSync(document)).digest("hex")}.\n`;
  if (existsSync(TYPES) && readFileSync(TYPES, "utf8").startsWith(head)) return;
  const types = await openapiTS(pathToFileURL(document), {
    // `/import/uploads/{id}` is beside `/import/{import_code}/errors`: no import has the code "uploads".
    redocly: await createConfig({ rules: { "no-ambiguous-paths": "off" } }),
    emptyObjectsUnknown: true,
  });
  mkdirSync(dirname(TYPES), { recursive: true });
  writeFileSync(TYPES, head + astToString(types));
}
