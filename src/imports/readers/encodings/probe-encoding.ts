import { packingOf } from "../file-kind.ts";
import { encodingByMark, encodingByNuls } from "./byte-marks.ts";
import { type EncodingGuess, guessEncoding } from "./guess-encoding.ts";
import { sampleWords } from "./sample-words.ts";

/** How many bytes from the start of a file tell UTF-16 and UTF-32 without a byte order mark. */
const HEAD_BYTES = 1024;

/**
 * Finds the encoding of a whole file while its bytes stream by in chunks of any size.
 *
 * A byte order mark decides; without one, NUL bytes at the upper places of the head mean UTF-16 or UTF-32. Anything
 * else is UTF-8, unless more byte sequences of the file are invalid there than are valid characters beyond ASCII:
 * then its words are looked at. So neither a stray byte in a big UTF-8 file nor a first accent after 50 MB of ASCII
 * misleads.
 */
export function probeEncoding(): { push(chunk: Uint8Array): void; result(): EncodingGuess } {
  const head = new Uint8Array(HEAD_BYTES);
  let headLength = 0;
  const words = sampleWords();
  const utf8 = countUtf8(words.push);
  return {
    push(chunk) {
      if (headLength < HEAD_BYTES) {
        const part = chunk.subarray(0, HEAD_BYTES - headLength);
        head.set(part, headLength);
        headLength += part.length;
      }
      utf8.push(chunk);
      words.join(chunk);
    },
    result() {
      const start = head.subarray(0, headLength);
      // What is in it has an encoding, which is found when it is unpacked.
      if (packingOf(start) !== null) return { encoding: "utf-8", confidence: "certain" };
      const encoding = encodingByMark(start) ?? encodingByNuls(start);
      if (encoding !== null) return { encoding, confidence: "certain" };
      return utf8.isUnlikely() ? guessEncoding(words.result()) : { encoding: "utf-8", confidence: "certain" };
    },
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
    isUnlikely: () => invalid + (needed > 0 ? 1 : 0) > valid,
  };
}
