import { packingOf } from "../file-kind.ts";
import { encodingByMark, encodingByNuls } from "./byte-marks.ts";
import { decode } from "./encodings.ts";
import { type EncodingGuess, guessEncoding } from "./guess-encoding.ts";
import { bestReading } from "./plausibility.ts";
import { FEW_IN_ORDER, probeText, type TextProbe } from "./probe-text.ts";

/** How many bytes from the start of a file tell UTF-16 and UTF-32 without a byte order mark. */
export const HEAD_BYTES = 1024;

/**
 * Finds the encoding of a whole file while its bytes stream by in chunks of any size.
 *
 * A byte order mark decides; without one, NUL bytes at the upper places of the head mean UTF-16 or UTF-32. Anything
 * else is UTF-8, unless more byte sequences of the file are invalid there than are valid characters beyond ASCII:
 * then its words are looked at. UTF-8 that was read as another encoding and encoded again is told apart. So neither a stray byte in a big UTF-8 file nor a first accent after 50 MB of ASCII
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
export function encodingOf(head: Uint8Array, probe: TextProbe): EncodingGuess {
  // What is in it has an encoding, which is found when it is unpacked.
  if (packingOf(head) !== null) return { encoding: "utf-8", confidence: "certain" };
  const encoding = encodingByMark(head) ?? encodingByNuls(head);
  if (encoding !== null && encoding !== "utf-8") return { encoding, confidence: "certain" };
  if (encoding === null) {
    if (probe.invalid > probe.valid) return guessEncoding(probe.words);
    const other = otherThanUtf8(probe);
    if (other !== null) return other;
  }
  if (probe.twiceEncoded.length > 0) return { encoding: "utf-8-repaired", confidence: "likely" };
  return { encoding: "utf-8", confidence: "certain" };
}

/** What a few words are in that are UTF-8 by accident: nobody writes them so, as “֤igo” for “Íñigo” of a DOS page. */
function otherThanUtf8({ words, inOrder }: TextProbe): EncodingGuess | null {
  if (inOrder.length === 0 || inOrder.length >= FEW_IN_ORDER) return null;
  if (inOrder.some((word) => isOneScript(decode(word, "utf-8").text))) return null;
  const samples = [...words, ...inOrder];
  const guess = guessEncoding(samples);
  const isText = bestReading(samples.map((word) => decode(word, guess.encoding).text)).plausible === 1;
  return isText ? guess : null;
}

const LETTER_OF_ASCII = /[a-z]/i;
const OF_OTHER_SCRIPT = /(?!\p{Script=Latin})[\p{L}\p{M}\p{Cn}]/u;

function isOneScript(word: string): boolean {
  return !LETTER_OF_ASCII.test(word) || !OF_OTHER_SCRIPT.test(word.normalize("NFC"));
}
