import { decode, type Encoding } from "./encodings.ts";
import { guessEastAsian } from "./guess-east-asian.ts";
import { bestReading, type Reading } from "./plausibility.ts";
import { hasUsualWord } from "./usual-words.ts";

/** How sure a guess is. A doubtful one is said, with the texts that it concerns. */
export type Confidence = "certain" | "likely" | "doubtful";

export interface EncodingGuess {
  encoding: Encoding;
  confidence: Confidence;
}

/** Encodings of one byte a character, of those that decode alike the usual one first. */
const SINGLE_BYTE: readonly Encoding[] = [
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "iso-8859-15",
  "iso-8859-2",
  "iso-8859-7",
  "iso-8859-5",
  "iso-8859-6",
  "macintosh",
  "ibm850",
  "ibm437",
  "ibm852",
  "ibm866",
  "koi8-r",
  "koi8-u",
  "x-mac-cyrillic",
];

/** Less of the texts than this may be beyond a language: misspellings and foreign names. */
const PLAUSIBLE = 0.9;
/** A reading with so many more texts that nobody can have written is no rival. */
const CLEARLY_LESS_PLAUSIBLE = 0.04;
/** By how much the letters of one reading must be more usual than those of another to tell them apart. */
const CLEARLY_MORE_USUAL = 0.35;
/** How many texts it takes until what is usual says something. */
const ENOUGH_TEXTS = 8;

/**
 * Guesses the encoding of texts that are not UTF-8.
 *
 * Each encoding gives other letters for the same bytes. A reading counts where a language could have written it;
 * where only one does, or all that do read the same, it is certain. Else usual words tell, then usual letters.
 *
 * @param samples words or cells of the file that have bytes beyond ASCII, each whole.
 */
export function guessEncoding(samples: Uint8Array[]): EncodingGuess {
  const eastAsian = guessEastAsian(samples);
  const readings = SINGLE_BYTE.map((encoding) => ({ encoding, ...readAs(encoding, samples) }))
    .filter(({ plausible }) => plausible >= PLAUSIBLE)
    .sort((a, b) => b.plausible - a.plausible);
  const [first] = readings;
  if (!first) {
    if (!eastAsian) return { encoding: "windows-1252", confidence: "doubtful" };
    return { encoding: eastAsian.encoding, confidence: eastAsian.clear ? "likely" : "doubtful" };
  }
  const rivals = readings.filter(
    ({ texts, plausible }) =>
      first.plausible - plausible < CLEARLY_LESS_PLAUSIBLE &&
      texts.some((text, index) => text !== first.texts[index]),
  );
  const few = samples.length < ENOUGH_TEXTS;
  if (rivals.length === 0) {
    const isOther = few && eastAsian !== null && !first.texts.some(hasUsualWord);
    return { encoding: first.encoding, confidence: isOther ? "doubtful" : "certain" };
  }
  const rated = [first, ...rivals]
    .map((reading) => ({ ...reading, known: reading.texts.map(hasUsualWord), merit: meritOf(reading, few) }))
    .sort((a, b) => countKnown(b) - countKnown(a) || b.merit - a.merit);
  const [best] = rated as [Rated];
  const others = rated.filter((rival) => differing(best, rival).length > 0);
  const [second] = others.sort((a, b) => b.merit - a.merit);
  const clear = !few && best.merit - (second?.merit ?? 0) >= CLEARLY_MORE_USUAL;
  const hasBetterWords = others.every((rival) => hasWordsInsteadOf(best, rival));
  return { encoding: best.encoding, confidence: clear || hasBetterWords ? "likely" : "doubtful" };
}

interface Rated extends Reading {
  encoding: Encoding;
  /** Of each text, whether it has a usual word. */
  known: boolean[];
  merit: number;
}

function countKnown({ known }: Rated): number {
  return known.filter(Boolean).length;
}

/** The places of the texts that two readings differ in. */
function differing(one: Reading, other: Reading): number[] {
  return [...one.texts.keys()].filter((index) => one.texts[index] !== other.texts[index]);
}

/** Whether there are usual words where a reading differs from another one, which has none there. */
function hasWordsInsteadOf(one: Rated, other: Rated): boolean {
  const places = differing(one, other);
  return places.some((index) => one.known[index]) && !places.some((index) => other.known[index]);
}

function readAs(encoding: Encoding, samples: Uint8Array[]): Reading {
  return bestReading(samples.map((sample) => decode(sample, encoding).text));
}

function meritOf({ encoding, plausible, usual }: Reading & { encoding: Encoding }, few: boolean): number {
  // What nothing else tells is most often what most programs write.
  return plausible + usual + (few && encoding === "windows-1252" ? CLEARLY_MORE_USUAL : 0);
}
