import type { Encoding } from "../readers/encodings/encodings.ts";
import type { KeysSoFar } from "../readers/json/scan-keys.ts";
import type { ReadAs } from "../readers/readers.ts";
import type { StoredFile } from "./stored-file.ts";
import type { Written } from "./write-plain-file.ts";
import type { RowPlace } from "./xlsx/sheet-rows.ts";
import type { StringPages } from "./xlsx/string-pages.ts";

/** What a file can be found to be, besides CSV. */
export type Layer = "gzip" | "zip" | "xlsx" | "ndjson";

/** What is being done to make a file readable, and how far it is. */
export type Task =
  | { kind: "compare_hash" }
  | { kind: "gunzip"; written: Written<null> | null }
  | { kind: "unzip"; written: Written<null> | null }
  | { kind: "read_texts"; written: Written<null> | null }
  | { kind: "read_rows"; texts: StringPages; written: Written<RowPlace> | null }
  | { kind: "scan_keys"; soFar: KeysSoFar };

/**
 * What an original was turned into that is not read as it came: kept in its import's row, saved step by step, and
 * exact even if another delivery works on it, since the same original always gives the same files.
 */
export interface Unpacked {
  /** Counts what was saved: who saves on top of an older one is refused. */
  step: number;
  /** What it was found to be, from outside to inside. */
  layers: Layer[];
  /** What is read by now: the original, or what was made of it last. */
  source: StoredFile;
  /** `null` once it can be read. */
  task: Task | null;
  /** How it is read, once that is known. */
  readAs: ReadAs | null;
  /** The sheet that was read. */
  sheet: string | null;
  /** What of the sheet is hidden, and was read all the same: how many rows, and which columns by their letters. */
  hidden?: { rows: number; columns: string[] };
}

/** How a file begins that is compared with what its sender says of it. */
export function comparingHash(source: StoredFile): Unpacked {
  return { step: 0, layers: [], source, task: { kind: "compare_hash" }, readAs: null, sheet: null };
}

/** What is known of the encoding of a file once it was unpacked. */
export interface EncodingFound {
  encoding?: Encoding;
  encodingConfidence?: "certain" | "likely" | "doubtful";
}

/** Where the file goes that the given layer of an original is turned into. */
export function plainFileKey(importCode: string, layer: number): string {
  return `imports/${importCode}/plain-${layer}`;
}

/** Where the texts of a workbook go. */
export function textsKey(importCode: string): string {
  return `imports/${importCode}/texts`;
}

/** All files that were made of an original, for their removal. */
export function madeOf(importCode: string, { layers }: Unpacked): string[] {
  const plain = layers.map((_, index) => plainFileKey(importCode, index + 1));
  return layers.includes("xlsx") ? [...plain, textsKey(importCode)] : plain;
}
