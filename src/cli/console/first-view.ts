import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT } from "../root.ts";
import type { ConsoleBundle } from "./bundle.ts";
import { loadedAtOnce } from "./loaded-at-once.ts";

/** The most that a browser may have to load before the first view is there, in bytes of gzip. */
const MOST_BYTES = 60 * 1024;

/**
 * Measures what a browser loads before the first view is there: the page, and what it names with all that these import
 * at once. Parts that are loaded when they are shown do not count.
 *
 * @returns a line for a person.
 * @throws where it is more than 60 KiB.
 */
export function measureFirstView({ folder, outputs, named }: ConsoleBundle): string {
  const loaded = new Set(loadedAtOnce(outputs, named));
  const first = sum([...loaded].map((file) => zipped(join(ROOT, file)))) + zipped(join(folder, "index.html"));
  const later = sum(
    Object.keys(outputs)
      .filter((file) => !loaded.has(file))
      .map((file) => zipped(join(ROOT, file))),
  );
  const line = `Console: ${inKib(first)} KiB gzip for the first view (at most ${inKib(MOST_BYTES)}), ${inKib(later)} KiB when shown`;
  if (first > MOST_BYTES) throw new Error(`${line}. Load a part of it when it is shown, with import().`);
  return line;
}

function zipped(path: string): number {
  return gzipSync(readFileSync(path), { level: 9 }).length;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function inKib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
