import type { ErasedPerson } from "../../db/leads/schema.ts";
import { decodeEntities } from "../../leads/normalize/html-entities.ts";
import { foldKey } from "../../leads/normalize/invisible-characters.ts";
import { hasAddress } from "./address.ts";

/** What people write between the digits of a phone. */
const BETWEEN_DIGITS = " -.()/";

/** What is found in any text, whatever it is. */
export type Contacts = Pick<ErasedPerson, "emails" | "phones">;

/**
 * Whether a text has the person in it, as it stands or as the import reads it: without HTML entities, escapes, what
 * does not show, and spaces around the `@` of an address. Digits that go on are another number, and an address that
 * goes on is another one.
 */
export function isIn(text: string, { emails, phones }: Contacts): boolean {
  const forms = new Set([text, readable(text)]);
  return [...forms].some((form) => {
    const small = form.toLowerCase();
    return (
      emails.some((email) => hasAddress(small, email.toLowerCase())) ||
      phones.some((digits) => hasPhone(form, digits))
    );
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
const CONTROLS = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/g;

/** A text with all that may be written in another way as it is read: see `cleanCell` and `readEmail`. */
function readable(text: string): string {
  const plain = foldKey(unescapePercents(decodeEntities(unescapeBackslashes(text))));
  return plain
    .replace(CONTROLS, "")
    .replaceAll("。", ".")
    .replace(/\s?@\s?/g, "@")
    .replaceAll(" .", ".");
}

/**
 * Texts in JSON may have any character as `\\u` and four hexadecimal digits (RFC 8259, section 7), those of programs as
 * `\\x` and two, and Markdown has a backslash before many.
 */
function unescapeBackslashes(text: string): string {
  if (!text.includes("\\")) return text;
  return text
    .replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (_, four?: string, two?: string) =>
      String.fromCharCode(Number.parseInt(four ?? two ?? "", 16)),
    )
    .replace(/\\[nrtbfv]/g, "\n")
    .replaceAll("\\", "");
}

/** Links have signs as `%` and two hexadecimal digits (RFC 3986, section 2.1): `mailto:ana%40example.com`. */
function unescapePercents(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** From so many digits on what stands after a phone is another one. */
const PHONE_DIGITS = 7;

/** Whether a text has a number with these last digits, with marks between them or not. */
function hasPhone(text: string, digits: string): boolean {
  for (let at = text.indexOf(digits.charAt(0)); at !== -1; at = text.indexOf(digits.charAt(0), at + 1)) {
    const end = endOfDigits(text, at, digits);
    if (end !== null && isEndOfNumber(text, end)) return true;
  }
  return false;
}

/** Where digits end that begin at a place; `null` where others stand there. */
function endOfDigits(text: string, at: number, digits: string): number | null {
  let place = at;
  for (let index = 0; index < digits.length; place++) {
    const sign = text.charAt(place);
    if (sign === digits.charAt(index)) index++;
    else if (sign === "" || !BETWEEN_DIGITS.includes(sign)) return null;
  }
  return place;
}

/** Whether a number is over: at its end, before the `.0` of a decimal, or before another phone. */
function isEndOfNumber(text: string, end: number): boolean {
  let place = end;
  while (place < text.length && BETWEEN_DIGITS.includes(text.charAt(place))) place++;
  const marks = text.slice(end, place);
  let digits = 0;
  while (digits <= PHONE_DIGITS && isDigit(text, place + digits)) digits++;
  if (digits === 0) return true;
  if (marks === "") return false;
  return digits >= PHONE_DIGITS || (marks === "." && text.charAt(place) === "0" && digits === 1);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

const PARTS_CELLS = " \t\n\r,;|'\"<>";

/** Whether a text has something as a cell, or a word, of its own. */
export function isCellIn(text: string, cell: string): boolean {
  for (let at = text.indexOf(cell); at !== -1; at = text.indexOf(cell, at + 1)) {
    const around = [text.charAt(at - 1), text.charAt(at + cell.length)];
    if (around.every((sign) => PARTS_CELLS.includes(sign))) return true;
  }
  return false;
}
