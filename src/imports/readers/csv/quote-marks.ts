import { decode, type Encoding, isSingleByte, unitBytes } from "../encodings/encodings.ts";
import type { Units } from "../lines/units.ts";
import type { Quote } from "../reader.ts";
import type { Dialect } from "./dialect.ts";

/** What stands for typographic quotes while records are told apart: a character that no cell begins or ends with. */
export const STAND_IN = "\u0001";

/** The quotes that a word processor makes, by the one that a layout names them by: languages open with different ones. */
export const MARKS: Readonly<Record<Exclude<Quote, '"'>, string>> = {
  "'": "'",
  "“": "“”„",
  "‘": "‘’‚",
  "«": "«»",
};

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Whether a layout's quotes are typographic ones, which have stand-ins. */
export function areTypographic(quote: Quote): quote is "“" | "‘" | "«" {
  return quote !== '"' && quote !== "'";
}

/** The character that stands around cells while records are told apart. */
export function quoteSign(quote: Quote): string {
  return areTypographic(quote) ? STAND_IN : quote;
}

/** A text with stand-ins for the quotes that open or close a cell. Those within a cell stay. */
export function standInText(
  text: string,
  { quote, delimiter }: Pick<Dialect, "quote" | "delimiter">,
): string {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  const signs = [...MARKS[quote as keyof typeof MARKS]].map((mark) => [mark.charCodeAt(0)]);
  const changed = standIn(units, signs, delimiter.charCodeAt(0));
  let result = "";
  let start = 0;
  for (const at of changed) {
    result += text.slice(start, at) + STAND_IN;
    start = at + 1;
  }
  return result + text.slice(start);
}

/** A copy of units with stand-ins for the quotes that open or close a cell, and spaces for what they are longer. */
export function standInUnits(units: Units, { quote, encoding, delimiter }: Dialect): Units {
  const signs = signsOf(quote, encoding);
  const copy = units.slice();
  if (signs !== null) standIn(copy, signs, delimiter.charCodeAt(0));
  return copy;
}

/** The units of each mark; `null` in an encoding in which they are not looked for. */
function signsOf(quote: Quote, encoding: Encoding): number[][] | null {
  const marks = [...MARKS[quote as keyof typeof MARKS]];
  if (encoding === "utf-8") return marks.map((mark) => [...new TextEncoder().encode(mark)]);
  if (unitBytes(encoding) > 1) return marks.map((mark) => [mark.charCodeAt(0)]);
  if (!isSingleByte(encoding)) return null;
  const bytes = Array.from({ length: 128 }, (_, index) => index + 128);
  return bytes
    .filter((byte) => marks.includes(decode(Uint8Array.of(byte), encoding).text))
    .map((byte) => [byte]);
}

/** Whether typographic quotes are looked for in an encoding. */
export function mayHaveMarks(encoding: Encoding): boolean {
  return encoding === "utf-8" || unitBytes(encoding) > 1 || isSingleByte(encoding);
}

/** Puts them in. @returns where. */
function standIn(units: Units, signs: number[][], separator: number): number[] {
  const places: number[] = [];
  const firsts = new Set(signs.map(([first]) => first));
  // Whether nothing but spaces came since a cell began.
  let begins = true;
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] as number;
    if (unit === separator || unit === LF || unit === CR) {
      begins = true;
    } else if (firsts.has(unit)) {
      const sign = signs.find((one) => one.every((part, index) => units[at + index] === part));
      const length = sign?.length ?? 1;
      if (sign && (begins || endsCell(units, at + length, separator))) {
        units.fill(SPACE, at, at + length);
        units[begins ? at + length - 1 : at] = STAND_IN.charCodeAt(0);
        places.push(at);
      }
      begins = false;
      at += length - 1;
    } else if (unit !== SPACE && unit !== TAB) {
      begins = false;
    }
  }
  return places;
}

/** The end of what was read may be that of a cell: more is read where a quote closes there. */
function endsCell(units: Units, from: number, separator: number): boolean {
  let at = from;
  while (at < units.length && (units[at] === SPACE || (units[at] === TAB && separator !== TAB))) at++;
  return at >= units.length || units[at] === separator || units[at] === LF || units[at] === CR;
}
