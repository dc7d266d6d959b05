import { StatementBudget } from "../db/budget.ts";

/**
 * What one invocation of a consumer may spend. Beyond it the job goes on in a new one, so that a large file never
 * blocks a small one, and no limit of the platform is met.
 */
export interface Slice {
  /** Whether it is time to hand over. */
  over(): boolean | Promise<boolean>;
}

export const SLICE_MS = 25_000;
/** What the largest single step takes, tried again once or twice: a chunk, or a part of an error file. */
const STEP_STATEMENTS = 60;

/**
 * Opens a slice that begins now.
 *
 * @param budget what its invocation may send to D1.
 * @param milliseconds how long it may last.
 * @param now tells the time, in milliseconds.
 */
export function openSlice(
  budget = new StatementBudget(),
  milliseconds = SLICE_MS,
  now: () => number = Date.now,
): Slice {
  const end = now() + milliseconds;
  return { over: () => !budget.has(STEP_STATEMENTS) || now() >= end };
}

/** Within how many milliseconds every waiting job gets a turn, though one job is worked on at a time. */
const TURN_MS = 6_000;
/** How often a slice looks for others that wait, in milliseconds; it is never shorter than that. */
const LOOK_MS = 500;

/**
 * Opens a slice that is the shorter the more others wait: where few consumers run side by side, a small job would
 * wait long behind large ones.
 *
 * @param countWaiting how many others wait.
 * @param now tells the time, in milliseconds.
 */
export function openFairSlice(
  budget: StatementBudget,
  countWaiting: () => Promise<number>,
  now: () => number = Date.now,
): Slice {
  const slice = openSlice(budget, SLICE_MS, now);
  const start = now();
  let lookedAt = start;
  return {
    async over() {
      if (await slice.over()) return true;
      if (now() - lookedAt < LOOK_MS) return false;
      lookedAt = now();
      const waiting = await countWaiting();
      return waiting > 0 && now() - start >= TURN_MS / (waiting + 1);
    },
  };
}
