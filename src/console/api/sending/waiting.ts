import { computed, signal } from "@preact/signals";

/** How often a request is sent again that found no answer, and how long it waits at first, in milliseconds. */
export const MOST_TRIES = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

const waitingRequests = signal(0);

/** Whether requests wait to be sent again, since the server has trouble or is out of reach. */
export const isWaiting = computed(() => waitingRequests.value > 0);

/**
 * Waits before the next try, longer each time; or as long as the answer asks for.
 *
 * @param attempt from 1.
 * @param retryAfter the header of the answer, in seconds.
 * @throws where the signal ends it, its reason.
 */
export async function waitBeforeRetry(
  attempt: number,
  retryAfter: string | null,
  signal?: AbortSignal,
): Promise<void> {
  const asked = Number(retryAfter) * 1000;
  const ms = Math.min(asked > 0 ? asked : FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  signal?.throwIfAborted();
  waitingRequests.value += 1;
  let timer = 0;
  let end = () => {};
  await new Promise<void>((resolve) => {
    end = resolve;
    timer = window.setTimeout(resolve, ms);
    signal?.addEventListener("abort", end);
  });
  clearTimeout(timer);
  signal?.removeEventListener("abort", end);
  waitingRequests.value -= 1;
  signal?.throwIfAborted();
}
