import { normalizeText } from "../../normalize-text.ts";

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

const IN_BRACKETS = /<([^<>]*)>[\s;,]*$/;
const MAILTO = /^mailto:([^?]*).*$/is;
const BEFORE = /["'“”‘’«»<\s]/;
const AFTER = /["'“”‘’«»>;,\s]/;

/**
 * Gives the address that a cell holds, lower-cased, or `null` when it holds none. Takes `Ana <ana@x.mx>`,
 * `mailto:ana@x.mx` and an address in quotes or brackets.
 */
export function readEmail(text: string): string | null {
  const address = text.toLowerCase();
  if (ASCII_ADDRESS.test(address)) return isDeliverable(address, address.length) ? address : null;

  const bare = normalizeText(unwrap(text).toLowerCase(), "NFC");
  if (!ADDRESS.test(bare)) return null;
  return isDeliverable(bare, octets(bare)) ? bare : null;
}

/** Says what is wrong with a cell that {@link readEmail} could not read, to follow “… is not an e-mail address”. */
export function emailSlip(text: string): string {
  const bare = unwrap(text);
  const parts = bare.split("@");
  const [local = "", domain = ""] = parts;
  if (parts.length > 2 && bare.split(/[\s;,|/]+/).filter((part) => readEmail(part) !== null).length > 1) {
    return "it holds more than one address; keep one in each record";
  }
  if (parts.length === 1) return "it has no @";
  if (parts.length > 2) return "it has more than one @";
  if (local === "") return "nothing stands before the @";
  if (domain === "") return "nothing stands after the @";
  if (/\s/.test(bare)) return "it has a space in it";
  if (domain.includes(",")) return "it has a comma after the @ where a dot belongs";
  if (bare.includes("..")) return "it has two dots in a row";
  if (local.startsWith(".") || local.endsWith(".")) return "its first part starts or ends with a dot";
  if (!domain.includes(".")) return "its domain has no dot, as in example.com";
  if (domain.startsWith(".") || domain.endsWith(".")) return "its domain starts or ends with a dot";
  if (octets(local) > MAX_LOCAL_OCTETS) return `its first part is longer than ${MAX_LOCAL_OCTETS} characters`;
  if (octets(bare) > MAX_OCTETS) return `it is longer than ${MAX_OCTETS} characters`;
  return "it has a character that addresses cannot have";
}

function unwrap(text: string): string {
  const address = IN_BRACKETS.exec(text)?.[1] ?? text;
  return takeOffWrapping(takeOffWrapping(address).replace(MAILTO, "$1"));
}

/** Scans from both ends: a pattern that ends in `+$` takes quadratic time on a long run in the middle. */
function takeOffWrapping(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BEFORE.test(text.charAt(start))) start++;
  while (end > start && AFTER.test(text.charAt(end - 1))) end--;
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
