import { noAnswer } from "./leadsy-error.ts";

/** How often a request is sent in all. */
const MOST_TRIES = 6;
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 30_000;
/** Too many requests, and what passes: the server or one before it has trouble. */
const PASSES = new Set([429, 502, 503, 504]);

/**
 * A `fetch` that sends a request again while the server has trouble or no answer comes, where that changes nothing
 * twice: reads, `PUT`, `DELETE`, and what has an `Idempotency-Key`. It waits as `Retry-After` says, or longer each time.
 *
 * @param fetch sends a request once.
 * @returns one that throws a LeadsyError where no answer comes, and the signal's reason.
 */
export function repeating(fetch: (request: Request) => Promise<Response>) {
  return async (request: Request): Promise<Response> => {
    const hasKey = request.headers.has("Idempotency-Key");
    const tries = request.method === "POST" && !hasKey ? 1 : MOST_TRIES;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === tries;
      // A body can be read once: each try but the last sends a copy.
      const answer = await fetch(isLast ? request : request.clone()).catch((error: unknown) => {
        if (request.signal.aborted) throw error;
        if (isLast) throw noAnswer(request.url, error);
        return null;
      });
      if (answer && (isLast || !passes(answer, hasKey))) return answer;
      await answer?.body?.cancel();
      await pause(waitBefore(attempt, answer?.headers.get("Retry-After") ?? null), request.signal);
    }
  };
}

/** Whether an answer is another one after a while. The first request with a key may still be running: it ends, too. */
function passes({ status, headers }: Response, hasKey: boolean): boolean {
  return PASSES.has(status) || (hasKey && status === 409 && headers.has("Retry-After"));
}

/** @returns how long to wait after a try, in milliseconds, with some chance in it so that not all come back at once. */
function waitBefore(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  const wait = asked >= 0 ? asked : FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
  return Math.min(wait, MOST_WAIT_MS);
}

/** Waits. @throws the signal's reason, once it ends the wait. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
