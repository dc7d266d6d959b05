import type { RecordSpan } from "../records.ts";
import type { Units } from "./units.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Where the line ends that starts at a unit, whatever stands in it. @returns `null` where more units are wanted. */
export function findLineEnd(units: Units, start: number, atEnd: boolean): RecordSpan | null {
  const end = units.indexOf(LF, start);
  // A CR on its own ends a line, too.
  const cr = units.subarray(start, end < 0 ? units.length : end).indexOf(CR);
  if (cr >= 0) {
    const after = start + cr + 1;
    if (after < units.length) return { end: units[after] === LF ? after + 1 : after, lines: 1 };
  }
  if (end >= 0) return { end: end + 1, lines: 1 };
  return atEnd ? { end: units.length, lines: 1 } : null;
}
