import type { Encoding } from "./encodings.ts";

/** Byte order marks, the longer ones first: that of UTF-32 begins with that of UTF-16. */
const MARKS: readonly [Encoding, readonly number[]][] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The encoding that a byte order mark at the start of a file names, or `null`. */
export function encodingByMark(head: Uint8Array): Encoding | null {
  return markAt(head)?.[0] ?? null;
}

/** UTF-8's own, read as Windows-1252 and encoded again. */
const MARK_TWICE = [0xc3, 0xaf, 0xc2, 0xbb, 0xc2, 0xbf];

/** How many bytes the byte order marks at the start of a file take. Some programs write two. */
export function markLength(head: Uint8Array, encoding: Encoding): number {
  const isRepaired = encoding === "utf-8-repaired";
  const own = isRepaired ? "utf-8" : encoding;
  let length = 0;
  for (let mark = markAt(head); mark?.[0] === own; mark = markAt(head.subarray(length))) {
    length += mark[1].length;
  }
  const isTwice = isRepaired && MARK_TWICE.every((byte, at) => head[length + at] === byte);
  return isTwice ? length + MARK_TWICE.length : length;
}

function markAt(head: Uint8Array) {
  return MARKS.find(([, mark]) => mark.every((byte, at) => head[at] === byte));
}

/** The share of units in a header whose upper bytes are NUL: headers are mostly ASCII. */
const MOSTLY = 0.4;

/**
 * UTF-16 or UTF-32 without a mark: the upper bytes of an ASCII character are NUL, and few others are.
 *
 * @returns `null` for anything else.
 */
export function encodingByNuls(head: Uint8Array): Encoding | null {
  const units = head.length >> 2;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let little = 0;
  let big = 0;
  for (let at = 0; at < 4 * units; at += 4) {
    if (isAscii(view.getUint32(at, true))) little += 1;
    if (isAscii(view.getUint32(at, false))) big += 1;
  }
  if (little > MOSTLY * units) return "utf-32le";
  if (big > MOSTLY * units) return "utf-32be";
  return byPairs(head, head.length >> 1);
}

function isAscii(point: number): boolean {
  return point >= 0x09 && point < 0x7f;
}

function byPairs(head: Uint8Array, pairs: number): Encoding | null {
  let highFirst = 0;
  let highLast = 0;
  for (let at = 0; at < 2 * pairs; at += 2) {
    if (head[at] === 0) highFirst += 1;
    if (head[at + 1] === 0) highLast += 1;
  }
  if (highFirst === 0 && highLast > MOSTLY * pairs) return "utf-16le";
  return highLast === 0 && highFirst > MOSTLY * pairs ? "utf-16be" : null;
}
