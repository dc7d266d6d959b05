/** R2 takes parts of at least 5 MiB, all alike but the last. */
export const R2_PART_BYTES = 5 * 1024 * 1024;
/** What a buffer begins with: most files are small. */
const FIRST_BYTES = 128 * 1024;
/** How it grows: what it was before is garbage, of which ten uploads at once have ten times as much. */
const GROWTH = 4;

/** Bytes that are gathered until they are a part of a file in R2. Nothing is in memory twice. */
export interface PartBuffer {
  /** Says how many bytes are still to come at most: they get memory for all of them with the first one. */
  expect(bytes: number): void;
  /** Adds bytes. @returns how many of them fit. */
  add(bytes: Uint8Array): number;
  /** What is in it: a view, that is good until it is cleared. */
  bytes(): Uint8Array;
  isFull(): boolean;
  /** Empties it: its memory is written over. */
  clear(): void;
}

/** Opens an empty buffer. */
export function openPartBuffer(): PartBuffer {
  let buffer = new Uint8Array(0);
  let length = 0;
  let least = FIRST_BYTES;
  return {
    expect(bytes) {
      if (Number.isFinite(bytes)) least = Math.min(bytes, R2_PART_BYTES);
    },
    add(bytes) {
      const added = bytes.subarray(0, R2_PART_BYTES - length);
      if (length + added.length > buffer.length) {
        const wanted = Math.max(least, GROWTH * buffer.length, length + added.length);
        const larger = new Uint8Array(Math.min(R2_PART_BYTES, wanted));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(added, length);
      length += added.length;
      return added.length;
    },
    bytes: () => buffer.subarray(0, length),
    isFull: () => length === R2_PART_BYTES,
    clear() {
      least = R2_PART_BYTES;
      length = 0;
    },
  };
}
