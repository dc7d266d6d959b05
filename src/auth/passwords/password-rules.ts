import * as z from "zod";
import { isListed } from "./common-passwords.ts";

const LEAST = 12;
const MOST = 256;
/** More than 256 characters of any kind can have; what is longer costs nothing but this comparison. */
const MOST_BYTES = 1024;

/**
 * A password that somebody types to prove who they are. It is counted in Unicode code points, and after the
 * normalisation under which it is hashed: `é` is one character, whichever way a keyboard writes it.
 */
export const Password = z
  .string()
  .min(1)
  // The cheapest comes first, and ends it: nothing else looks at a megabyte.
  .refine(
    (text) => text.length <= MOST_BYTES && Buffer.byteLength(text) <= MOST_BYTES,
    rule("too_big", `must have at most ${MOST_BYTES} bytes`, true),
  )
  .refine((text) => lengthOf(text) <= MOST, rule("too_big", `must have at most ${MOST} characters`))
  .meta({ format: "password", maxLength: MOST });

/**
 * A password that somebody chooses: long rather than composed, of any characters there are, and none that
 * attackers try first.
 *
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 */
export const NewPassword = Password.refine(
  (text) => lengthOf(text) >= LEAST,
  rule("too_small", `must have at least ${LEAST} characters`, true),
)
  .refine((text) => text.isWellFormed(), rule("invalid_format", "must be text of whole characters"))
  .refine((text) => !isCommon(text), rule("common_password", "is among those that are guessed first"))
  .meta({ format: "password", minLength: LEAST, maxLength: MOST });

/**
 * What is hashed of a password: the same characters are the same password, on whatever device they are typed.
 *
 * @see https://www.unicode.org/reports/tr15/ for NFKC, which SP 800-63B asks for
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

function lengthOf(password: string): number {
  return [...normalizePassword(password)].length;
}

const PRODUCT = "leadsy";

/**
 * Whether a password is on the list, or a word of the list with digits and signs around it, or something short over
 * and over, or contains the product's name.
 */
function isCommon(password: string): boolean {
  const text = normalizePassword(password).toLowerCase();
  if (text.includes(PRODUCT) || isListed(text)) return true;
  const unit = repeatedUnit(text);
  return unit <= 4 || (unit < [...text].length && unit < LEAST) || isDecoratedWord(text);
}

/** How many characters a text repeats from its start to its end; all of it where it repeats nothing. */
function repeatedUnit(text: string): number {
  const characters = [...text];
  for (let unit = 1; unit <= characters.length / 2; unit++) {
    if (characters.length % unit > 0) continue;
    if (characters.every((character, index) => character === characters[index % unit])) return unit;
  }
  return characters.length;
}

/** Digits and signs that stand for letters. */
const STAND_INS: Record<string, string> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};

/** Whether all letters of a text, or those it stands for, are one word of the list: `Password1234!`, `p@ssw0rd2026`. */
function isDecoratedWord(text: string): boolean {
  const characters = [...text];
  const isLetter = (character: string) => /\p{L}/u.test(character);
  const first = characters.findIndex(isLetter);
  const last = characters.findLastIndex(isLetter);
  if (first < 0) return false;
  const core = characters.slice(first, last + 1).map((character) => STAND_INS[character] ?? character);
  return core.every(isLetter) && core.length >= 4 && isListed(core.join(""));
}

/** What others know of somebody. */
export interface KnownOfUser {
  email: string;
  firstName: string;
  lastName: string;
}

/** The shortest part of an address or a name that counts: shorter ones are in too many words. */
const SHORTEST_PART = 4;

/**
 * Whether a password contains what others know of its user: their address, a part of it, or one of their names.
 *
 * @param password of bounded length, as {@link NewPassword} leaves it.
 */
export function containsKnown(password: string, { email, firstName, lastName }: KnownOfUser): boolean {
  const text = fold(password);
  const names = [firstName, lastName].flatMap((name) => [name, ...name.split(/[\s\p{P}]+/u)]);
  const [mailbox = "", domain = ""] = email.split("@");
  const parts = [email, mailbox, ...mailbox.split(/[^\p{L}]+/u), domain, ...domain.split(".").slice(0, -1)];
  return [...names, ...parts]
    .map(fold)
    .some((part) => [...part].length >= SHORTEST_PART && text.includes(part));
}

/** Text without the differences that a guess makes none of: case, accents. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function rule(code: string, error: string, abort = false) {
  return { error, params: { code }, abort };
}
