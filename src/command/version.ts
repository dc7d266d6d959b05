import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of the package: its description is beside the bundled command line, and at the root of the sources. */
export function version(): string {
  const { dirname, filename } = import.meta;
  const path = filename.endsWith("leadsy.js") ? "package.json" : "../../package.json";
  return JSON.parse(readFileSync(join(dirname, path), "utf8")).version;
}
