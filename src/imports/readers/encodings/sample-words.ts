/** How many different words tell an encoding. */
export const MOST_SAMPLES = 150;
const LONGEST_WORD = 64;
/** After so many words, repeated ones too, those of a kind are no longer looked for: each look costs a microsecond. */
const MOST_LOOKS = 250;

/** Bytes that part words: in no encoding are they a part of another character. */
export const SEPARATORS = new Set([0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3b]);

/**
 * Collects words that have bytes beyond ASCII from a file that streams by: each whole, and each different one once.
 *
 * @param most how many.
 * @param isWanted which of them; all by default. It is asked a limited number of times.
 */
export function sampleWords(most: number, isWanted?: (word: Uint8Array) => boolean) {
  const words = new Map<string, Uint8Array>();
  // A word that goes on in the next chunk.
  let tail: Uint8Array = new Uint8Array(0);
  const mostLooks = isWanted ? MOST_LOOKS : Number.POSITIVE_INFINITY;
  let looks = 0;

  const add = (word: Uint8Array) => {
    if (words.size >= most || word.length > LONGEST_WORD || !word.some((byte) => byte >= 0x80)) return;
    if (isWanted?.(word) ?? true) words.set(word.join(" "), word.slice());
  };

  return {
    /** Looks at a chunk. @param at a place of it that has such a byte. @returns where the word there ends. */
    push(chunk: Uint8Array, at: number): number {
      if (words.size >= most || looks >= mostLooks) return chunk.length;
      looks += 1;
      let start = at;
      while (start > 0 && !SEPARATORS.has(chunk[start - 1] as number) && at - start <= LONGEST_WORD) start--;
      let end = at;
      while (end < chunk.length && !SEPARATORS.has(chunk[end] as number) && end - at <= LONGEST_WORD) end++;
      if (start > 0 && end < chunk.length) add(chunk.subarray(start, end));
      return end;
    },
    /** Completes the word between two chunks, and keeps the one that the chunk ends in. */
    join(chunk: Uint8Array): void {
      if (words.size >= most) return;
      let end = 0;
      while (end < chunk.length && !SEPARATORS.has(chunk[end] as number) && end <= LONGEST_WORD) end++;
      const joined = new Uint8Array(tail.length + end);
      joined.set(tail);
      joined.set(chunk.subarray(0, end), tail.length);
      if (end === chunk.length) {
        tail = joined.subarray(0, LONGEST_WORD + 1);
        return;
      }
      add(joined);
      let start = chunk.length;
      while (
        start > end &&
        !SEPARATORS.has(chunk[start - 1] as number) &&
        chunk.length - start <= LONGEST_WORD
      ) {
        start--;
      }
      tail = chunk.slice(start);
    },
    /** All words, once the file is over. */
    result(): Uint8Array[] {
      add(tail);
      return [...words.values()];
    },
  };
}
