import { type Random, randomOf } from "../fixtures/random.ts";

/** Numbers in [0, 1) that are the same for the same seed. */
export function seededRandom(seed: number): Random {
  return randomOf(seed, 0);
}

/** What breaks cleaning when it breaks: escapes, controls, things that show as nothing, halves of characters. */
const HOSTILE = [
  ..."'=+-@\t\r\n\0\x01\x1B\x85\"<>;,|/.: aAeE019",
  "\u00A0",
  "\u200B",
  "\u200E",
  "\uFEFF",
  "\u202A",
  "\u0301",
  "\u0338",
  "\uFFFD",
  "\uD83D",
  "\uDE00",
  "😀",
  "é",
  "e\u0301",
  "İ",
  "ß",
  "ñ",
  "名",
  "م",
  "５",
  "\u2028",
  "mailto:",
  "@x.mx",
  "ana",
  "+52",
  "5512345678",
  "E+11",
  "00",
  "ext. 5",
  "__proto__",
];

/** A text of up to `length` pieces, many of them hostile. */
export function hostileText(random: () => number, length = 12): string {
  let text = "";
  for (let count = Math.floor(random() * length); count > 0; count--) {
    text +=
      random() < 0.9
        ? (HOSTILE[Math.floor(random() * HOSTILE.length)] ?? "")
        : String.fromCharCode(Math.floor(random() * 0x10000));
  }
  return text;
}
