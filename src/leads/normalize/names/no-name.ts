import { readDate } from "../dates.ts";
import type { ReadingLocale } from "../reading-locale.ts";

/** What programs write for a truth value or for nothing: in one case only, since `True` and `Null` are family names. */
const PROGRAMS: ReadonlySet<string> = new Set(
  "TRUE FALSE true false VERDADERO FALSO verdadero falso VERDADEIRO verdadeiro NULL null undefined UNDEFINED NaN None".split(
    " ",
  ),
);
const OBJECT = /^\[object \w{1,20}\]$/;
const ADDRESS = /^(?:https?:\/\/|www\.)\S+$/i;
const LETTER = /\p{L}/u;
const DIGIT = /\d/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const TIME = /^\d{1,2}:\d\d(?::\d\d)?$/;
/** A number or an amount. `007` and `+52` are not counted by. */
const NUMBER = /^(?:[$€£] ?)?-?(?:[1-9]\d*|\d{4,})(?:[.,]\d+)*%?$/;
/** In UTF-16 units: nothing longer is a number, a date or a word of a program. */
const LONGEST = 255;

/** The characters that what is no name begins with: signs and digits, and the first letters of {@link PROGRAMS}. */
const BEGINNINGS = new Uint8Array(128);
for (let unit = 0x21; unit <= 0x7e; unit++) {
  const sign = String.fromCharCode(unit);
  if (!LETTER.test(sign) || "tTfFvVnNuUhHwW".includes(sign)) BEGINNINGS[unit] = 1;
}

/** Either order will do: it is asked whether it is a date, not which one. */
const ANY_ORDER: ReadingLocale = { dateOrder: "day", decimal: "." };

/**
 * Whether a text that stands where a person's name belongs is none: a number, a date, a truth value, what programs
 * write for nothing, a web address. `50 Cent` and `❤️` are what people call themselves.
 *
 * @param text clean, and no placeholder.
 */
export function isNoName(text: string): boolean {
  if (BEGINNINGS[text.charCodeAt(0)] !== 1 || text.length > LONGEST) return false;
  if (PROGRAMS.has(text) || OBJECT.test(text) || ADDRESS.test(text) || isProgramsTwice(text)) return true;
  if (!DIGIT.test(text)) return false;
  if (NUMBER.test(text) || TIME.test(text) || ISO_TIME.test(text)) return true;
  return DIGIT.test(text[0] ?? "") && readDate(text, ANY_ORDER) !== undefined;
}

/** `undefined undefined`: a first and a last name of nothing. */
function isProgramsTwice(text: string): boolean {
  const space = text.indexOf(" ");
  return space > 0 && PROGRAMS.has(text.slice(0, space)) && PROGRAMS.has(text.slice(space + 1));
}

/** A whole name without what a program wrote for one of its halves: `Ana undefined`. */
export function withoutProgramsHalf(text: string): string {
  const first = text.indexOf(" ");
  if (first < 0) return text;
  if (NOTHING.has(text.slice(0, first))) return text.slice(first + 1);
  const last = text.lastIndexOf(" ");
  return NOTHING.has(text.slice(last + 1)) ? text.slice(0, last) : text;
}

const NOTHING: ReadonlySet<string> = new Set(["null", "NULL", "undefined", "NaN", "None"]);
