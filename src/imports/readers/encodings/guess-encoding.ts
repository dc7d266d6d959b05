import { decode, type Encoding } from "./encodings.ts";
import { guessEastAsian } from "./guess-east-asian.ts";
import { bestReading, type Reading } from "./plausibility.ts";

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
 * where only one does, or all that do read the same, it is certain.
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
    return { encoding: first.encoding, confidence: few && eastAsian ? "doubtful" : "certain" };
  }
  const [best, second] = [first, ...rivals].sort((a, b) => merit(b) - merit(a)) as [
    typeof first,
    typeof first,
  ];
  const clear = !few && merit(best) - merit(second) >= CLEARLY_MORE_USUAL;
  return { encoding: best.encoding, confidence: clear ? "likely" : "doubtful" };
}

function readAs(encoding: Encoding, samples: Uint8Array[]): Reading {
  return bestReading(samples.map((sample) => decode(sample, encoding).text));
}

function merit({ plausible, usual }: Reading): number {
  return plausible + usual;
}
