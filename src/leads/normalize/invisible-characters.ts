import { normalizeText } from "../../text/normalize-text.ts";

const ASCII = /^[\0-\x7F]*$/;

/**
 * What shows as nothing: format characters (zero width, directions, soft hyphen, byte order mark), variation
 * selectors, fillers, and the joiner of graphemes.
 */
const INVISIBLE =
  /\p{Cf}|\u034F|[\u115F\u1160\u3164\uFFA0]|[\u17B4\u17B5]|[\u180B-\u180D\u180F]|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}]/gu;
const DASHES = /[\p{Pd}\u2212]/gu;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;
/** Where the digits of a script begin, of those that telephones are written in. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
  0x1040,
];

/**
 * Gives a text that is a key (an e-mail address, a phone) as it is compared: compatibility forms folded (NFKC, so
 * that full width is ASCII), nothing invisible, dashes and digits of any script in ASCII. Two people never become
 * one by it: what differs to the eye still differs.
 */
export function foldKey(text: string): string {
  if (ASCII.test(text)) return text;
  return normalizeText(text, "NFKC")
    .replace(INVISIBLE, "")
    .replace(DASHES, "-")
    .replace(OTHER_DIGITS, asciiDigit)
    .normalize("NFKC");
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.findLast((first) => first <= code);
  return zero !== undefined && code - zero < 10 ? String(code - zero) : digit;
}
