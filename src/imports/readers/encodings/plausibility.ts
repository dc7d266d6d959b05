import { ALPHABETS, SIGNS } from "./alphabets.ts";

/** How well texts suit a language, in one reading of their bytes. */
export interface Reading {
  texts: string[];
  language: string;
  /** The share of the texts that the language can have written, from 0 to 1. */
  plausible: number;
  /** How usual its letters are in them: the mean of 1 for the most frequent letter to 0 for the rarest. */
  usual: number;
}

const letterRanks = ALPHABETS.map(({ language, letters }) => {
  const ranks = new Map<string, number>();
  const all = [...letters];
  for (const [rank, letter] of all.entries()) {
    const weight = 1 - rank / all.length;
    ranks.set(letter, weight);
    const upper = letter.toUpperCase();
    if (upper.length === 1) ranks.set(upper, weight);
  }
  return { language, ranks };
});

/**
 * How a reading of texts looks under the language that suits it best.
 *
 * @param texts words or cells that have characters beyond ASCII.
 */
export function bestReading(texts: string[]): Reading {
  const wellFormed = texts.map(isWellFormed);
  let best: Reading = { texts, language: "", plausible: 0, usual: 0 };
  for (const { language, ranks } of letterRanks) {
    let plausible = 0;
    let letters = 0;
    let weights = 0;
    for (const [index, text] of texts.entries()) {
      let known = wellFormed[index] === true;
      for (const character of text) {
        if (character <= "\u007f" || SIGNS.includes(character)) continue;
        const weight = ranks.get(character);
        if (weight === undefined) known = false;
        else weights += weight;
        letters += 1;
      }
      if (known) plausible += 1;
    }
    const share = texts.length === 0 ? 0 : plausible / texts.length;
    const usual = letters === 0 ? 1 : weights / letters;
    if (share > best.plausible || (share === best.plausible && usual > best.usual)) {
      best = { texts, language, plausible: share, usual };
    }
  }
  return best;
}

const CONTROLS = /[\p{Cc}\uFFFD]/u;
const LETTER = /\p{L}|\p{M}/u;
const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const LATIN = /\p{Script=Latin}/u;
/** Words of one letter beyond ASCII: “à Paris”, “é bom”, “и”, “η”. */
const SHORT_WORDS = "àáéèóòôêùíúÀÁÉÈÓÒÔавикосуяіАВИКОСУЯІηοΗΟ";
/** Signs that a letter may follow, and those that may follow one. */
const BEFORE_LETTERS = "“‘„‚«¿¡§·’\u00ad\u00a0";
const AFTER_LETTERS = "”’“‘»…®™©ºª²³°·\u00ad\u00a0";

/**
 * Whether a text is written as people write: no controls, no signs within words, no capital after a small letter
 * but as in “McÉ…”, one script a word.
 */
export function isWellFormed(text: string): boolean {
  if (CONTROLS.test(text)) return false;
  for (const word of text.split(/[\s\d()[\]{}<>/\\,;:!?@#_+=*"|~^`$%-]+/u)) {
    if (word !== "" && !isWellFormedWord([...word])) return false;
  }
  return true;
}

function isWellFormedWord(word: string[]): boolean {
  const letters = word.filter((character) => LETTER.test(character));
  const [only] = letters;
  if (letters.length === 1 && only !== undefined && only > "\u007f") return SHORT_WORDS.includes(only);
  const latin = letters.filter((letter) => LATIN.test(letter)).length;
  if (latin > 0 && latin < letters.length) return false;
  if (latin === 0 && !isPronounceable(letters.join(""))) return false;
  return word.every((character, at) => {
    const [before, after] = [word[at - 1] ?? "", word[at + 1] ?? ""];
    if (!LETTER.test(character)) return character <= "\u007f" || isSignInPlace(character, before, after);
    if (character <= "\u007f") return !(before > "\u007f" && LOWER.test(before) && UPPER.test(character));
    if (UPPER.test(character)) return !LOWER.test(before);
    return !(LOWER.test(character) && isAmongCapitals(word, at));
  });
}

const CYRILLIC_OR_GREEK = /^[\u0370-\u03ff\u0400-\u04ff]+$/;
const VOWEL = /[аеиоуыэюяёіїєαειουηωάέίόύήώϊϋΐΰ]/i;
const GREEK_SMALL = /^[\u0370-\u03ff]\p{Ll}{3,}$/u;
const GREEK_ACCENT = /[άέίόύήώΐΰΆΈΊΌΎΉΏ]/;

/** Whether a Cyrillic or Greek word can be one: it has a vowel, and Greek its accent and its sigmas in place. */
function isPronounceable(word: string): boolean {
  if (!CYRILLIC_OR_GREEK.test(word) || word.length < 3) return true;
  if (!VOWEL.test(word) || /^[ьъы]/i.test(word) || /ς./.test(word)) return false;
  return !GREEK_SMALL.test(word) || GREEK_ACCENT.test(word);
}

function isSignInPlace(sign: string, before: string, after: string): boolean {
  if (!SIGNS.includes(sign)) return false;
  if (LETTER.test(after) && !BEFORE_LETTERS.includes(sign)) return false;
  if (LETTER.test(before) && !AFTER_LETTERS.includes(sign)) return false;
  return sign !== "·" || LETTER.test(before) === LETTER.test(after);
}

/** Whether the letters before a place are capitals, at least two of them, or all of the others are. */
function isAmongCapitals(word: string[], at: number): boolean {
  const others = word.filter((character, index) => index !== at && LETTER.test(character));
  if (others.length >= 2 && others.every((letter) => UPPER.test(letter))) return true;
  return at >= 2 && UPPER.test(word[at - 1] ?? "") && UPPER.test(word[at - 2] ?? "");
}
