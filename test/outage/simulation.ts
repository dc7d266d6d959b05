import { vi } from "vitest";
import type { Around } from "../harness/bindings.ts";

/** How far the simulated clock goes on at once, in milliseconds. */
const STEP_MS = 250;

/** The runtime's own timers, for what must pass in real time. */
const realTimeout = globalThis.setTimeout;
const realTurn = () => new Promise<void>((resolve) => realTimeout(resolve, 0));

/** Waits on the simulated clock. */
export const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Counts the calls of bindings that are really under way: while there are any, the simulated clock stands still. */
export function countCalls(around: Around): { around: Around; inFlight: () => number } {
  let calls = 0;
  return {
    around: (operation, call) =>
      around(operation, async () => {
        calls += 1;
        try {
          return await call();
        } finally {
          calls -= 1;
        }
      }),
    inFlight: () => calls,
  };
}

/**
 * Runs something on a simulated clock: minutes pass in seconds, while D1 and R2 answer in their own time.
 *
 * @param inFlight how many real calls are waiting for an answer.
 * @param pace `steps` where what happens in between matters, such as an outage of some length; `jumps` from one
 * timer to the next where only the end does.
 */
export async function simulate<T>(
  inFlight: () => number,
  run: () => Promise<T>,
  pace: "steps" | "jumps" = "steps",
): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  try {
    let ended = false;
    const result = run().finally(() => {
      ended = true;
    });
    result.catch(() => {});
    while (!ended) {
      await realTurn();
      if (inFlight() > 0) continue;
      if (pace === "steps") {
        await vi.advanceTimersByTimeAsync(STEP_MS);
      } else {
        await realTurn();
        if (inFlight() === 0 && !ended) await vi.advanceTimersToNextTimerAsync();
      }
    }
    return await result;
  } finally {
    vi.useRealTimers();
  }
}
