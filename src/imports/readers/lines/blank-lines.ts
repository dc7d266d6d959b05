import type { Units } from "./units.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Passes over blank lines: nothing but spaces, tabs and delimiters. As records, each of them would cost as much as one
 * that says something, and a file may have a hundred million.
 *
 * @param start where a record starts.
 * @param delimiters characters of ASCII.
 * @param longest how many units a line may have; a longer one is left to the reader of records.
 * @returns where the first line starts that is not blank as far as it is known, how many lines are before it, and
 * whether it may go on beyond the units.
 */
export function passBlankLines(
  units: Units,
  start: number,
  delimiters: string,
  longest: number,
): { end: number; lines: number; open: boolean } {
  const blank = new Uint8Array(128);
  for (const unit of [SPACE, TAB, ...[...delimiters].map((one) => one.charCodeAt(0))]) blank[unit] = 1;
  const { length } = units;
  let end = start;
  let lines = 0;
  for (let at = start; at < length; at++) {
    const unit = units[at] as number;
    if (unit === CR) {
      // Whether an LF belongs to this CR can only be seen with the next unit.
      if (at + 1 === length) break;
      if (units[at + 1] === LF) at++;
    } else if (unit !== LF) {
      if (blank[unit] === 1 && at - end < longest) continue;
      return { end, lines, open: false };
    }
    end = at + 1;
    lines++;
  }
  return { end, lines, open: true };
}
