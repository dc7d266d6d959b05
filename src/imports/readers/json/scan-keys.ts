import { markLength } from "../encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "../encodings/encodings.ts";
import { FileProblem } from "../file-problem.ts";
import { MAX_COLUMNS } from "../header.ts";
import { findLineEnd } from "../lines/line-ends.ts";
import { unitsOf } from "../lines/units.ts";
import type { FileSource } from "../reader.ts";
import { parseObject } from "./parse-object.ts";

const READ_BYTES = 1024 * 1024;
/** What all keys may have together, in UTF-16 units: the header of a CSV file may not be longer either. */
const MOST_KEY_UNITS = 64 * 1024;

/** How far the keys of a file are known. */
export interface KeysSoFar {
  offset: number;
  keys: string[];
}

/**
 * Collects the keys of all objects of a file: a key that only the last line has is a column as any other. A step goes
 * over a megabyte or so.
 *
 * @returns where the next step begins; at the file's end its offset is the size.
 * @throws FileProblem `too_many_columns`.
 */
export async function scanKeys(
  { read, size }: FileSource,
  encoding: Encoding,
  { offset, keys }: KeysSoFar,
): Promise<KeysSoFar> {
  const perUnit = unitBytes(encoding);
  const bytes = await read(offset, Math.min(READ_BYTES, size - offset));
  if (bytes.length === 0) throw new Error("the file ended before its size was reached");
  const mark = offset === 0 ? markLength(bytes, encoding) : 0;
  const atEnd = offset + bytes.length >= size;
  const units = unitsOf(bytes.subarray(mark), encoding, atEnd);
  const known = new Set(keys);
  let at = 0;
  for (;;) {
    const span = at < units.length ? findLineEnd(units, at, atEnd) : null;
    if (span === null) break;
    const line = bytes.subarray(mark + at * perUnit, mark + span.end * perUnit);
    at = span.end;
    const object = parseObject(decode(line, encoding).text.trim());
    if (object) for (const key of Object.keys(object)) known.add(key);
  }
  refuseTooMany(known);
  // A line longer than what is read at once ends the import when its records are read: no key of it is wanted.
  const passed = at === 0 && !atEnd ? bytes.length : mark + at * perUnit;
  return { offset: atEnd ? size : offset + passed, keys: [...known] };
}

function refuseTooMany(keys: Set<string>): void {
  const units = [...keys].reduce((sum, key) => sum + key.length, 0);
  if (keys.size <= MAX_COLUMNS && units <= MOST_KEY_UNITS) return;
  throw new FileProblem(
    "too_many_columns",
    `The objects of the file have ${keys.size} different keys or more; at most ${MAX_COLUMNS} are possible, of 64 KiB ` +
      "together. Leave out what is not needed, or keep what varies as one object under one key, and import it again.",
  );
}
