import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Writes a file, unless it is so already: `npm run dev` starts its server again for every file of the assets that is
 * written.
 *
 * @param path in a folder that is there.
 */
export function writeChanged(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  writeFileSync(path, bytes);
}
