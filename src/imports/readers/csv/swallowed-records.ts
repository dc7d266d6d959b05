import type { Units } from "../lines/units.ts";
import type { Dialect } from "./dialect.ts";

const LF = 0x0a;
const CR = 0x0d;
const AT = 0x40;
/** A phone has at least so many digits. */
const FEWEST_DIGITS = 7;

/**
 * Whether one of the lines within a quoted cell is a record of its own: as many cells as the header, and an e-mail
 * or a phone where the file has them. Notes look otherwise; two missing quotes look just like this.
 *
 * @param from the unit after the cell's first line end.
 * @param to the unit of its closing quote.
 */
export function holdsRecord(units: Units, from: number, to: number, dialect: Dialect): boolean {
  if (dialect.columns < 2 || dialect.contacts.length === 0) return false;
  let start = from;
  while (start <= to) {
    let end = start;
    while (end < to && units[end] !== LF && units[end] !== CR) end++;
    if (isRecord(units, start, end, dialect)) return true;
    start = end + 1;
  }
  return false;
}

function isRecord(
  units: Units,
  start: number,
  end: number,
  { delimiter, columns, contacts }: Dialect,
): boolean {
  const separator = delimiter.charCodeAt(0);
  const ends: number[] = [];
  for (let at = start; at < end; at++) if (units[at] === separator) ends.push(at);
  ends.push(end);
  if (ends.length !== columns) return false;
  return contacts.some((index) => {
    const cellStart = index === 0 ? start : (ends[index - 1] as number) + 1;
    return isContact(units, cellStart, ends[index] ?? end);
  });
}

/** Whether a cell is an address or a number: one `@` without a space, or digits and what stands between them. */
function isContact(units: Units, start: number, end: number): boolean {
  let ats = 0;
  let digits = 0;
  let others = 0;
  for (let at = start; at < end; at++) {
    const unit = units[at] as number;
    if (unit === AT) ats += 1;
    else if (unit >= 0x30 && unit <= 0x39) digits += 1;
    else if (!PHONE_SIGNS.has(unit)) others += 1;
  }
  return (ats === 1 && others > 2) || (others === 0 && digits >= FEWEST_DIGITS);
}

/** Space, quotes, `+ - . ( ) /`. */
const PHONE_SIGNS: ReadonlySet<number> = new Set([0x20, 0x22, 0x27, 0x2b, 0x2d, 0x2e, 0x28, 0x29, 0x2f]);
