/** A chunk that was written: how many records it had, and when, in milliseconds since 1970. */
export type ChunkPace = readonly [records: number, writtenAt: number];

/** Of how many of the last chunks the speed is. */
export const PACED_CHUNKS = 20;
/** A longer pause between two chunks is a wait (for a turn, for the platform), and no speed: so much of it counts. */
const LONGEST_GAP_MS = 15_000;

/**
 * How many records a running import does in a second: over its last chunks together, so that one slow chunk does not
 * let the number jump.
 *
 * @param chunks the last ones, the newest first; the oldest of them only says when the one after it began.
 * @returns one decimal, `null` where fewer than two chunks are there.
 */
export function recordsPerSecond(chunks: readonly ChunkPace[]): number | null {
  let records = 0;
  let milliseconds = 0;
  for (const [index, [amount, writtenAt]] of chunks.entries()) {
    const before = chunks[index + 1];
    if (!before) break;
    records += amount;
    milliseconds += Math.min(Math.max(writtenAt - before[1], 1), LONGEST_GAP_MS);
  }
  return milliseconds === 0 ? null : oneDecimal((records * 1000) / milliseconds);
}

/** The same over all of an import that has ended. @param milliseconds from its start to its end. */
export function averagePace(records: number, milliseconds: number): number {
  return oneDecimal((records * 1000) / Math.max(milliseconds, 1));
}

/**
 * How long a running import still takes, by the bytes that are left: in steps of 1, 5 and 30 seconds, so that a
 * display does not flicker.
 *
 * @param pace in records a second.
 * @returns `null` while nothing can be said.
 */
export function secondsLeft(
  { processed, bytesRead, bytes }: { processed: number; bytesRead: number; bytes: number },
  pace: number | null,
): number | null {
  if (!pace || processed === 0 || bytesRead === 0) return null;
  const left = (processed * Math.max(bytes - bytesRead, 0)) / bytesRead / pace;
  const step = left < 20 ? 1 : left < 120 ? 5 : 30;
  return Math.ceil(left / step) * step;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
