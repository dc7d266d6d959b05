import type { EncodingGuess } from "./guess-encoding.ts";
import { encodingOf, HEAD_BYTES } from "./probe-encoding.ts";
import { probeText } from "./probe-text.ts";
import { MOST_SAMPLES, SEPARATORS } from "./sample-words.ts";

/** What a part of a file says of the encoding of the whole, as JSON: bytes are text, a character each. */
export interface PartProbe {
  /** The beginning of the part, where it is the first. */
  head: string;
  /** What stands before the first separator: it may be the end of a word that the part before began. */
  opening: string;
  /** What stands after the last one; `null` where there is none, so that `opening` is all. */
  closing: string | null;
  /** Of what stands between them. */
  valid: number;
  invalid: number;
  words: string[];
  in_order?: string[];
  twice_encoded?: string[];
}

/** No word that says anything is longer; bytes without separators are cut here. */
const LONGEST_EDGE = 256;
/** Of how many parts ever so many, each gives some words. */
const FEWEST_WORDS = 8;
const SEPARATOR = Uint8Array.of(0x2c);

/**
 * Probes one part of a file while its bytes stream by, so that parts may come in any order.
 *
 * @param part its number, from 1, and of how many.
 */
export function probePart(part: { number: number; of: number }): {
  push(chunk: Uint8Array): void;
  result(): PartProbe;
} {
  const text = probeText(Math.max(FEWEST_WORDS, Math.ceil(MOST_SAMPLES / part.of)));
  let head = "";
  let opening = "";
  let closing: Uint8Array | null = null;
  return {
    push(chunk) {
      if (part.number === 1 && head.length < HEAD_BYTES) {
        head += textOf(chunk.subarray(0, HEAD_BYTES - head.length));
      }
      let rest = chunk;
      if (closing === null) {
        const most = LONGEST_EDGE - opening.length;
        const length = openingLength(chunk, most);
        opening += textOf(chunk.subarray(0, length));
        rest = chunk.subarray(length);
        if (rest.length === 0) return;
      }
      const held: Uint8Array = closing ?? new Uint8Array(0);
      // A few bytes may be in the midst of a word that was held back.
      const block = rest.length < LONGEST_EDGE ? joined(held, rest) : rest;
      if (block === rest) text.push(held);
      const end = block.length - closingLength(block);
      text.push(block.subarray(0, end));
      closing = block.slice(end);
    },
    result() {
      const { words, inOrder, twiceEncoded, ...counts } = text.result();
      return {
        head,
        opening,
        closing: closing && textOf(closing),
        ...counts,
        words: words.map(textOf),
        in_order: inOrder.map(textOf),
        twice_encoded: twiceEncoded.map(textOf),
      };
    },
  };
}

/** The encoding of a file whose parts were probed each by itself. @param probes in the order of the file. */
export function encodingOfParts(probes: PartProbe[]): EncodingGuess {
  const edges = probeText();
  let [valid, invalid] = [0, 0];
  const words = new Set<string>();
  const inOrder = new Set<string>();
  const twiceEncoded = new Set<string>();
  for (const probe of probes) {
    edges.push(bytesOf(probe.opening));
    if (probe.closing !== null) {
      edges.push(SEPARATOR);
      edges.push(bytesOf(probe.closing));
    }
    valid += probe.valid;
    invalid += probe.invalid;
    for (const word of probe.words) words.add(word);
    for (const word of probe.in_order ?? []) inOrder.add(word);
    for (const word of probe.twice_encoded ?? []) twiceEncoded.add(word);
  }
  const atEdges = edges.result();
  const joinedWords = (ofParts: Set<string>, ofEdges: Uint8Array[]) =>
    [...new Set([...ofParts, ...ofEdges.map(textOf)])].map(bytesOf);
  return encodingOf(bytesOf(probes[0]?.head ?? ""), {
    valid: valid + atEdges.valid,
    invalid: invalid + atEdges.invalid,
    words: joinedWords(words, atEdges.words).slice(0, MOST_SAMPLES),
    inOrder: joinedWords(inOrder, atEdges.inOrder),
    twiceEncoded: joinedWords(twiceEncoded, atEdges.twiceEncoded),
  });
}

function openingLength(chunk: Uint8Array, most: number): number {
  const edge = chunk.subarray(0, most);
  const at = edge.findIndex((byte) => SEPARATORS.has(byte));
  return at < 0 ? edge.length : at;
}

function closingLength(chunk: Uint8Array): number {
  const most = Math.min(chunk.length, LONGEST_EDGE);
  for (let length = 0; length < most; length++) {
    if (SEPARATORS.has(chunk[chunk.length - 1 - length] as number)) return length;
  }
  return most;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}
