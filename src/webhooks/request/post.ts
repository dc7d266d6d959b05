import type { Attempt } from "../../db/leads/schema.ts";
import type { Failure } from "./failures.ts";
import { retryAfterOf } from "./retry-after.ts";

/** How long a receiver may take, its answer included, in milliseconds. */
export const TIMEOUT_MS = 10_000;
/** So much of an answer is kept, in bytes. */
const KEPT_BYTES = 1024;

/** What is sent, and where. */
export interface Parcel {
  url: URL;
  headers: Record<string, string>;
  body: string;
}

/**
 * Sends something to a receiver once. A redirect is an answer like any other, and not followed.
 *
 * @param at milliseconds since 1970.
 * @param timeout in milliseconds.
 */
export async function post(
  { url, headers, body }: Parcel,
  at: number,
  timeout = TIMEOUT_MS,
): Promise<Attempt> {
  const startedAt = Date.now();
  const signal = AbortSignal.timeout(timeout);
  const attempt = { at, status: null, error: null, answer: null };
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const answer = await readStart(response);
    const retryAfter = retryAfterOf(response, at);
    const wish = retryAfter === null ? {} : { retryAfter };
    return { ...attempt, status: response.status, answer, ms: Date.now() - startedAt, ...wish };
  } catch {
    const error = signal.aborted ? "timeout" : "connection_failed";
    return { ...attempt, error, ms: Date.now() - startedAt };
  }
}

/** An attempt for which nothing was sent. @param error why, in a word. */
export function notSent(error: Failure, at: number): Attempt {
  return { at, ms: 0, status: null, error, answer: null };
}

/** Whether the receiver has it: by any status of success. */
export function hasArrived({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Whether the receiver says that it is there no more, and will not be. */
export function isGone({ status }: Attempt): boolean {
  return status === 410;
}

/** The start of an answer as text; what comes after it is not read. @throws where it stops before that. */
async function readStart(response: Response): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const bytes = new Uint8Array(KEPT_BYTES);
  let length = 0;
  try {
    while (length < KEPT_BYTES) {
      const { value, done } = await reader.read();
      if (done) break;
      const part = value.subarray(0, KEPT_BYTES - length);
      bytes.set(part, length);
      length += part.length;
    }
  } finally {
    // A receiver that has gone away meanwhile need not be told.
    void reader.cancel().catch(() => {});
  }
  return new TextDecoder().decode(bytes.subarray(0, length)).replaceAll("\0", "\uFFFD");
}
