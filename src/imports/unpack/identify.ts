import type { Encoding } from "../readers/encodings/encodings.ts";
import { isObjectLines, packingOf } from "../readers/file-kind.ts";
import { openArchive } from "./archive.ts";
import { nestedArchive, pickFile } from "./pick-file.ts";
import type { ReadableFile } from "./stored-file.ts";
import type { Layer, Task } from "./unpacked.ts";
import { openWorkbook } from "./xlsx/workbook.ts";

/** What a file is that has to be made readable, and the first task of that. */
export interface Identified {
  layer: Layer;
  task: Task;
  sheet?: string;
}

/**
 * Finds out by its head whether a file has to be made readable first.
 *
 * @param known what it was unpacked from, its encoding as far as that is known, and the sheet that the sender named.
 * @returns `null` where it is CSV.
 * @throws FileProblem where it never will be readable.
 */
export async function identify(
  file: ReadableFile,
  head: Uint8Array,
  { outer, encoding, sheet: wanted }: { outer: Layer | undefined; encoding: Encoding; sheet: string | null },
): Promise<Identified | null> {
  const packing = packingOf(head);
  if (packing === "gzip") {
    if (outer === "gzip") throw nestedArchive();
    return { layer: "gzip", task: { kind: "gunzip", written: null } };
  }
  if (packing === "zip") {
    const entries = await openArchive(file);
    if (pickFile(entries).kind === "workbook") {
      const { sheet } = await openWorkbook(entries, wanted);
      return { layer: "xlsx", task: { kind: "read_texts", written: null }, sheet };
    }
    if (outer !== undefined) throw nestedArchive();
    return { layer: "zip", task: { kind: "unzip", written: null } };
  }
  if (!isObjectLines(head, encoding)) return null;
  return { layer: "ndjson", task: { kind: "scan_keys", soFar: { offset: 0, keys: [] } } };
}
