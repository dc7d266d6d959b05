/**
 * What one invocation of the consumer may spend. Beyond it the import goes on in a new one, so that a large file
 * never blocks a small one, and no limit of the platform is met.
 *
 * @see https://developers.cloudflare.com/d1/platform/limits/ (1,000 queries an invocation)
 */
export interface Slice {
  /** Says that statements were sent to D1. */
  spend(statements: number): void;
  /** Whether it is time to hand over. */
  over(): boolean;
}

export const SLICE_MS = 25_000;
export const SLICE_STATEMENTS = 900;
/** What the largest single step takes: a chunk, or a part of the error file and its checkpoint. */
const STEP_STATEMENTS = 40;

/** Opens a slice that begins now. @param milliseconds how long it may last. */
export function openSlice(milliseconds = SLICE_MS): Slice {
  const end = Date.now() + milliseconds;
  let left = SLICE_STATEMENTS;
  return {
    spend(statements) {
      left -= statements;
    },
    over: () => left < STEP_STATEMENTS || Date.now() >= end,
  };
}
