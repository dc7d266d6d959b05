import { decode, type Encoding } from "./encodings.ts";

/** A pair of bytes that makes one character. */
type Pair = (lead: number, trail: number) => boolean;

/**
 * The characters that everyday texts are made of. Each standard lists them first, apart from the rare ones, so that
 * the first byte tells: JIS X 0208 and GB 2312 level 1, the Hangul of KS X 1001, Big5 level 1; and kana.
 */
const USUAL: readonly { encoding: Encoding; usual: Pair; kana?: Pair }[] = [
  {
    encoding: "shift_jis",
    usual: (lead, trail) => lead >= 0x88 && (lead < 0x98 || (lead === 0x98 && trail <= 0x72)),
    kana: (lead) => lead >= 0x81 && lead <= 0x83,
  },
  {
    encoding: "euc-jp",
    usual: (lead) => lead >= 0xb0 && lead <= 0xcf,
    kana: (lead) => lead === 0xa1 || lead === 0xa4 || lead === 0xa5,
  },
  { encoding: "euc-kr", usual: (lead, trail) => lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1 },
  { encoding: "gb18030", usual: (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 },
  { encoding: "big5", usual: (lead) => lead >= 0xa4 && lead <= 0xc6 },
];

export interface EastAsianGuess {
  encoding: Encoding;
  /** The share of the characters that are everyday ones, from 0 to 1. */
  usual: number;
  /** Whether no other encoding comes near. */
  clear: boolean;
}

const MOSTLY_USUAL = 0.8;
const CLEARLY_LESS = 0.25;
/** So many characters, all of them Hangul where Chinese would use twice the range, are no accident. */
const ENOUGH_HANGUL = 12;

/** Guesses which encoding of Chinese, Japanese or Korean texts are in. @returns `null` where none suits. */
export function guessEastAsian(samples: Uint8Array[]): EastAsianGuess | null {
  const candidates = USUAL.filter(({ encoding }) =>
    samples.every((sample) => !decode(sample, encoding).damaged),
  )
    .map(({ encoding, usual, kana }) => ({ encoding, ...share(samples, usual, kana) }))
    .filter((candidate) => candidate.usual >= MOSTLY_USUAL)
    .sort((a, b) => b.usual - a.usual);
  const [first] = candidates;
  if (!first) return null;
  const near = candidates.filter(({ usual }) => first.usual - usual < CLEARLY_LESS);
  const japanese = near.find(({ kana }) => kana > 0);
  const korean = near.find(({ encoding }) => encoding === "euc-kr");
  if (japanese) return { ...japanese, clear: true };
  if (korean?.usual === 1) return { ...korean, clear: korean.characters >= ENOUGH_HANGUL };
  return { ...first, clear: near.length === 1 };
}

function share(samples: Uint8Array[], usual: Pair, kana: Pair = () => false) {
  let characters = 0;
  let everydayPairs = 0;
  let inKana = 0;
  for (const sample of samples) {
    for (let at = 0; at < sample.length; at++) {
      const lead = sample[at] as number;
      if (lead < 0x80) continue;
      const trail = sample[++at] ?? 0;
      characters += 1;
      if (kana(lead, trail)) inKana += 1;
      else if (usual(lead, trail)) everydayPairs += 1;
    }
  }
  return { characters, kana: inKana, usual: characters === 0 ? 0 : (everydayPairs + inKana) / characters };
}
