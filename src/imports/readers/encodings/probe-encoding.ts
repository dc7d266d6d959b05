import { packingOf } from "../file-kind.ts";
import { encodingByMark, encodingByNuls } from "./byte-marks.ts";
import { type EncodingGuess, guessEncoding } from "./guess-encoding.ts";
import { probeText, type TextProbe } from "./probe-text.ts";

/** How many bytes from the start of a file tell UTF-16 and UTF-32 without a byte order mark. */
export const HEAD_BYTES = 1024;

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
  const text = probeText();
  return {
    push(chunk) {
      if (headLength < HEAD_BYTES) {
        const part = chunk.subarray(0, HEAD_BYTES - headLength);
        head.set(part, headLength);
        headLength += part.length;
      }
      text.push(chunk);
    },
    result: () => encodingOf(head.subarray(0, headLength), text.result()),
  };
}

/** The encoding of a file by its first {@link HEAD_BYTES} bytes, and by what all of them say. */
export function encodingOf(head: Uint8Array, { valid, invalid, words }: TextProbe): EncodingGuess {
  // What is in it has an encoding, which is found when it is unpacked.
  if (packingOf(head) !== null) return { encoding: "utf-8", confidence: "certain" };
  const encoding = encodingByMark(head) ?? encodingByNuls(head);
  if (encoding !== null) return { encoding, confidence: "certain" };
  return invalid > valid ? guessEncoding(words) : { encoding: "utf-8", confidence: "certain" };
}
