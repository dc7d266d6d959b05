import { isAfterLead } from "./repair/after-lead.ts";
import { isTwiceEncoded } from "./repair/twice-encoded.ts";
import { MOST_SAMPLES, sampleWords } from "./sample-words.ts";

/** What bytes say of their encoding. */
export interface TextProbe {
  /** How many characters of several bytes they have in UTF-8. */
  valid: number;
  /** How many sequences of bytes are none there. */
  invalid: number;
  /** Words that have such a sequence, each different one once. */
  words: Uint8Array[];
  /** The first words whose characters of several bytes are in order, where they are few. */
  inOrder: Uint8Array[];
  /** Words of UTF-8 that was read as another encoding and encoded again. */
  twiceEncoded: Uint8Array[];
}

/** How many words in order are kept: a text that has more is UTF-8, whatever they say. */
export const FEW_IN_ORDER = 12;
/** One tells; some more are for those who look at it. */
const MOST_TWICE_ENCODED = 4;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Counts what bytes that stream by in chunks of any size say of their encoding.
 *
 * @param mostWords how many words it collects.
 */
export function probeText(mostWords = MOST_SAMPLES): {
  push(chunk: Uint8Array): void;
  result(): TextProbe;
} {
  const words = sampleWords(mostWords);
  const inOrder = sampleWords(FEW_IN_ORDER, (word) => utf8Of(word) !== null);
  const twiceEncoded = sampleWords(MOST_TWICE_ENCODED, (word) => isTwiceEncoded(utf8Of(word) ?? ""));
  const utf8 = countUtf8({ wrong: words.push, inOrder: inOrder.push, twice: twiceEncoded.push });
  return {
    push(chunk) {
      utf8.push(chunk);
      words.join(chunk);
      inOrder.join(chunk);
      twiceEncoded.join(chunk);
    },
    result: () => ({
      ...utf8.result(),
      words: words.result(),
      inOrder: inOrder.result(),
      twiceEncoded: twiceEncoded.result(),
    }),
  };
}

function utf8Of(word: Uint8Array): string | null {
  try {
    return strict.decode(word);
  } catch {
    return null;
  }
}

/** Looks at the word around a place. @returns where it ends. */
type Sample = (chunk: Uint8Array, at: number) => number;

/**
 * Counts what speaks for UTF-8 and against it: characters of several bytes, and byte sequences that are none, by
 * the states of the UTF-8 decoder of https://encoding.spec.whatwg.org/#utf-8-decoder.
 *
 * Words are sampled where a sequence is none, where one is in order, and where what is in order may have been encoded
 * twice.
 */
function countUtf8({ wrong, inOrder, twice }: Record<"wrong" | "inOrder" | "twice", Sample>) {
  let valid = 0;
  let invalid = 0;
  let needed = 0;
  let lower = 0x80;
  let upper = 0xbf;
  return {
    push(bytes: Uint8Array) {
      const length = bytes.length;
      let wrongTo = 0;
      let inOrderTo = 0;
      let twiceTo = 0;
      const refuse = (at: number) => {
        invalid++;
        if (at >= wrongTo) wrongTo = wrong(bytes, at);
      };
      for (let i = 0; i < length; i++) {
        const byte = bytes[i] as number;
        if (needed > 0) {
          if (byte >= lower && byte <= upper) {
            needed--;
            valid += needed === 0 ? 1 : 0;
            lower = 0x80;
            upper = 0xbf;
            continue;
          }
          refuse(Math.max(i - 1, 0));
          needed = 0;
          lower = 0x80;
          upper = 0xbf;
        }
        if (byte < 0x80) {
          while (i + 1 < length && (bytes[i + 1] as number) < 0x80) {
            i++;
          }
        } else if (byte >= 0xc2 && byte <= 0xf4) {
          if (i >= inOrderTo) inOrderTo = inOrder(bytes, i);
          if (i > 2 && (bytes[i - 1] as number) >= 0x80 && i >= twiceTo && isAfterLead(bytes, i)) {
            twiceTo = twice(bytes, i);
          }
          needed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
          lower = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
          upper = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
        } else {
          refuse(i);
        }
      }
    },
    result: () => ({ valid, invalid: invalid + (needed > 0 ? 1 : 0) }),
  };
}
