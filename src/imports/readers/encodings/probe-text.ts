import { MOST_SAMPLES, sampleWords } from "./sample-words.ts";

/** What bytes say of their encoding. */
export interface TextProbe {
  /** How many characters of several bytes they have in UTF-8. */
  valid: number;
  /** How many sequences of bytes are none there. */
  invalid: number;
  /** Words that have such a sequence, each different one once. */
  words: Uint8Array[];
}

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
  const utf8 = countUtf8(words.push);
  return {
    push(chunk) {
      utf8.push(chunk);
      words.join(chunk);
    },
    result: () => ({ ...utf8.result(), words: words.result() }),
  };
}

/**
 * Counts what speaks for UTF-8 and against it: characters of several bytes, and byte sequences that are none, by
 * the states of the UTF-8 decoder of https://encoding.spec.whatwg.org/#utf-8-decoder.
 *
 * @param sample looks at the word where a sequence is none. @returns where it ends.
 */
function countUtf8(sample: (chunk: Uint8Array, at: number) => number) {
  let valid = 0;
  let invalid = 0;
  let needed = 0;
  let lower = 0x80;
  let upper = 0xbf;
  return {
    push(bytes: Uint8Array) {
      const length = bytes.length;
      let sampledTo = 0;
      const refuse = (at: number) => {
        invalid++;
        if (at >= sampledTo) sampledTo = sample(bytes, at);
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
