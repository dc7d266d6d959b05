import { decodeEntities } from "./html-entities.ts";
import { foldKey } from "./invisible-characters.ts";

/**
 * The rule of the HTML standard, lower-cased, with a dot demanded in the domain and letters of any script let
 * in (RFC 6531).
 *
 * @see https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
 */
const ASCII_ADDRESS =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const ADDRESS =
  /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)+$/u;

/** RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3 (the path there counts two brackets), in octets. */
const MAX_LOCAL_OCTETS = 64;
const MAX_OCTETS = 254;

/** In UTF-16 units: nothing longer is a cell of addresses. */
const MAX_LENGTH = 1000;

/** An address, and what else a cell says. */
export interface EmailReading {
  email: string;
  /** Further addresses, as they were written; `null` where there are none. */
  rest: string | null;
}

/**
 * Gives the address that a text holds, lower-cased, or `null` where it holds none for certain. It may stand after a
 * name, in brackets or quotes, as a link, or before others.
 */
export function readEmail(text: string): string | null {
  return readEmails(text)?.email ?? null;
}

/** Gives the first address of a text, and what it has beside. */
export function readEmails(text: string): EmailReading | null {
  if (text.length > MAX_LENGTH) return null;
  const lower = text.toLowerCase();
  if (ASCII_ADDRESS.test(lower))
    return isDeliverable(lower, lower.length) ? { email: lower, rest: null } : null;
  const folded = foldKey(decodeEntities(text));
  if (!folded.includes("@")) return null;
  const email = readOne(folded);
  if (email !== null) return { email, rest: null };
  const parts = folded.split(SEPARATORS).filter((part) => trimMarks(part) !== "");
  return parts.length > 1 ? readParts(parts) : readWords(folded.split(/\s+/).filter((word) => word !== ""));
}

const SEPARATORS = /[;,|\n\r/]/;
const WHITE = /\s/;
const MARKS = new Set([..."\"'“”‘’«»<>;,[]() \t\n\r"]);
const LABEL = /^(?:mailto|smtp|correo|correo electr[oó]nico|e-?mail|mail|correio)\s?:\s?/i;
/** One address in brackets at the end, with or without a name before it. */
const IN_BRACKETS = /^[^<>]*<([^<>]*)>[\s;,.]*$/;
const IN_LINK = /^\[[^[\]]*\]\((?:mailto:)?([^()]*)\)$/i;
/** What Access makes of an address: the text shown, then the link between `#`. */
const ACCESS_LINK = /#mailto:/i;
const REMARK = /\s\([^()@]*\)$/;
const AROUND_AT = /\s?@\s?/;
const SPACE_BEFORE_DOT = / \./g;

/** One address with what people put around it. */
function readOne(text: string): string | null {
  let bare = text.trim();
  bare = IN_BRACKETS.exec(bare)?.[1] ?? IN_LINK.exec(bare)?.[1] ?? bare;
  bare = bare.replace(REMARK, "");
  const access = bare.search(ACCESS_LINK);
  if (access > 0) bare = bare.slice(0, access);
  bare = trimMarks(trimMarks(bare).replace(LABEL, ""));
  const query = LABEL.test(text.trim()) ? bare.indexOf("?") : -1;
  if (query > 0) bare = bare.slice(0, query);
  if (bare.endsWith(".") && !bare.endsWith("..")) bare = bare.slice(0, -1);
  const at = bare.indexOf("@");
  if (at === bare.lastIndexOf("@") && WHITE.test(bare)) {
    bare = bare.replace(AROUND_AT, "@");
    const domain = bare.indexOf("@");
    bare = bare.slice(0, domain) + bare.slice(domain).replace(SPACE_BEFORE_DOT, ".");
  }
  return addressOf(bare);
}

/** The address that a text is as it stands, or `null`. */
function addressOf(text: string): string | null {
  const address = text.toLowerCase().normalize("NFKC").replaceAll("。", ".");
  if (!ADDRESS.test(address)) return null;
  return isDeliverable(address, octets(address)) ? address : null;
}

/** Several, parted by marks: each part is an address, good or bad, or else it is not clear what was meant. */
function readParts(parts: string[]): EmailReading | null {
  const last = parts.findLastIndex((part) => part.includes("<"));
  const held: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.includes("@")) held.push(part.trim());
    // A name before its address in brackets may have a comma in it.
    else if (index > last) return null;
  }
  return firstOf(held);
}

const BETWEEN = new Set(["y", "e", "o", "u", "ou", "and", "or", "&", "-", "/", "+", ":::"]);
const CAPITAL = /^\p{Lu}[\p{L}\p{M}.'’-]*$/u;
const LOWER_OR_DIGIT = /^[\p{Ll}\p{N}]/u;

/** Several parted by spaces, or one after a name: two words in capitals at least, as one may belong to the address. */
function readWords(words: string[]): EmailReading | null {
  const told = words.filter((word) => !BETWEEN.has(word.toLowerCase()));
  if (told.length > 1 && told.every((word) => word.includes("@"))) return firstOf(told);
  const address = told.at(-1) ?? "";
  const before = told.slice(0, -1);
  const isAfterName = before.length > 1 && before.every((word) => CAPITAL.test(word));
  const isAfterLabel = before.length > 0 && before.at(-1)?.endsWith(":") === true;
  if (!LOWER_OR_DIGIT.test(address) || !(isAfterName || isAfterLabel)) return null;
  if (before.some((word) => word.includes("@"))) return null;
  return firstOf([address]);
}

function firstOf(texts: string[]): EmailReading | null {
  for (const [index, text] of texts.entries()) {
    const email = readOne(text);
    if (email === null) continue;
    const others = texts.toSpliced(index, 1).map(trimMarks);
    return { email, rest: others.length > 0 ? others.join("; ") : null };
  }
  return null;
}

/** Says what is wrong with a cell that {@link readEmail} could not read, to follow “… is not an e-mail address”. */
export function emailSlip(text: string): string {
  const folded = foldKey(decodeEntities(text.slice(0, MAX_LENGTH)));
  const bare = trimMarks((IN_BRACKETS.exec(folded)?.[1] ?? folded).replace(LABEL, ""));
  const parts = bare.split("@");
  const [local = "", domain = ""] = parts;
  if (parts.length === 1) return "it has no @";
  if (parts.length > 2) return "it has more than one @";
  if (local === "") return "nothing is before the @";
  if (domain === "") return "nothing is after the @";
  if (WHITE.test(bare)) return "it has a space in it";
  if (domain.includes(",")) return "it has a comma after the @ where a dot belongs";
  if (bare.includes("..")) return "it has two dots in a row";
  if (local.startsWith(".") || local.endsWith(".")) return "its first part starts or ends with a dot";
  if (!domain.includes(".")) return "its domain has no dot, as in example.com";
  if (domain.startsWith(".") || domain.endsWith(".")) return "its domain starts or ends with a dot";
  if (octets(local) > MAX_LOCAL_OCTETS) return `its first part is longer than ${MAX_LOCAL_OCTETS} characters`;
  if (octets(bare) > MAX_OCTETS) return `it is longer than ${MAX_OCTETS} characters`;
  return "it has a character that addresses cannot have";
}

/** Takes quotes, brackets, separators and spaces off both ends; by hand, as a pattern for it takes quadratic time. */
function trimMarks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARKS.has(text.charAt(start))) start++;
  while (end > start && MARKS.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The HTML rule lets any dots into the local part; RFC 5321's Dot-string does not. */
function isDeliverable(address: string, length: number): boolean {
  if (length > MAX_OCTETS) return false;
  const at = address.indexOf("@");
  const localLength = length === address.length ? at : octets(address.slice(0, at));
  return (
    localLength <= MAX_LOCAL_OCTETS &&
    address[0] !== "." &&
    address[at - 1] !== "." &&
    !address.includes("..")
  );
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
