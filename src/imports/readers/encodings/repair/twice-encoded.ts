import { decode, type Encoding } from "../encodings.ts";
import { isWellFormed } from "../plausibility.ts";
import { hasUsualWord } from "../usual-words.ts";

/** What programs read UTF-8 as by mistake, the usual one first. */
const MISREAD_AS: readonly Encoding[] = ["windows-1252", "macintosh", "ibm850", "ibm437"];

/** The byte of each character beyond ASCII. */
const TABLES: readonly ReadonlyMap<string, number>[] = MISREAD_AS.map((encoding) => {
  const table = new Map<string, number>();
  for (let byte = 0x80; byte < 0x100; byte++) table.set(decode(Uint8Array.of(byte), encoding).text, byte);
  // Latin-1 has controls where Windows-1252 has signs.
  if (encoding === "windows-1252") {
    for (let byte = 0x80; byte < 0xa0; byte++) table.set(String.fromCharCode(byte), byte);
  }
  return table;
});

const RUNS = /[^\p{ASCII}]{2,}/gu;
/** How often a text is read wrong and encoded again, at most. */
const MOST_TIMES = 3;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A text as it was before its UTF-8 was read as another encoding and encoded again, once or several times: `JosÃ©` is
 * `José`. What cannot have come about so stays as it is.
 */
export function repairTwiceEncoded(text: string): string {
  return text.replace(RUNS, (run, at: number) => {
    const [before, after] = [text[at - 1] ?? "", text[at + run.length] ?? ""];
    return TABLES.map((table) => originalOf(run, table, before, after)).find((own) => own !== null) ?? run;
  });
}

/**
 * Whether a word was certainly encoded twice: nobody writes it as it stands, and what it was before is well written.
 *
 * @param word one without white space.
 */
export function isTwiceEncoded(word: string): boolean {
  const repaired = repairTwiceEncoded(word);
  if (repaired === word) return false;
  return hasUsualWord(repaired) || (!isWellFormed(word.replace(/[–—]/g, "-")) && isWritten(repaired));
}

/** The characters that a run stood for, as far back as they are such that may stand there. */
function originalOf(
  run: string,
  table: ReadonlyMap<string, number>,
  before: string,
  after: string,
): string | null {
  let original: string | null = null;
  let own: string | null = run;
  for (let times = 0; times < MOST_TIMES; times++) {
    own = readAgain(own, table);
    if (own === null) break;
    if (isInPlace(own, before, after)) original = own;
  }
  return original;
}

function readAgain(run: string, table: ReadonlyMap<string, number>): string | null {
  const bytes = [...run].map((character) => table.get(character) ?? -1);
  if (bytes.includes(-1) || !mayBeginUtf8(bytes)) return null;
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** What is no UTF-8 mostly shows in two bytes; a decoder that throws takes a hundred times as long to say so. */
function mayBeginUtf8([lead = 0, next = 0]: readonly number[]): boolean {
  return lead >= 0xc2 && lead <= 0xf4 && next >= 0x80 && next <= 0xbf;
}

const LATIN = /[\u00c0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u02c6\u02dc\u1e00-\u1eff]/u;
const SIGN =
  /[\u00a0-\u00bf\u00d7\u00f7\u200b-\u200f\u2010-\u203a\u20ac\u2122\ufeff]|\ufe0f|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;
const ASCII_LETTER = /[a-z]/i;
const MARK_OR_NONE = /^\p{M}|[\p{Cc}\p{Cn}\p{Co}\u{0250}-\u{036f}\u{0700}-\u{08ff}]/u;

/** Whether characters may stand where they are: letters of other scripts not beside those of ASCII. */
function isInPlace(characters: string, before: string, after: string): boolean {
  if (MARK_OR_NONE.test(characters)) return false;
  const all = [...characters];
  const isPlain = (character: string) => LATIN.test(character) || SIGN.test(character);
  if (all.every(isPlain)) return true;
  const [first, last] = [all[0] ?? "", all.at(-1) ?? ""];
  return (
    (isPlain(first) || !ASCII_LETTER.test(before)) &&
    (isPlain(last) || !ASCII_LETTER.test(after)) &&
    all.every((character) => !LATIN.test(character))
  );
}

/** Letters of scripts that have no capitals: a word may be of any of them. */
const WITHOUT_CASE = /(?![ªº])\p{Lo}/u;
const WITH_CASE_OR_SIGN = /[\p{Lu}\p{Ll}\p{S}]/u;
const PICTURES =
  /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\ufe0f\u200b-\u200f\ufeff]/gu;

function isWritten(text: string): boolean {
  const words = text.replace(PICTURES, " ");
  if (WITHOUT_CASE.test(words) && !WITH_CASE_OR_SIGN.test(words)) return true;
  return isWellFormed(words);
}
