import { noAnswer, type Problem, passes, problemOf } from "../problem.ts";
import { address, commonHeaders, signedInAgain } from "../request.ts";
import { MOST_TRIES, waitBeforeRetry } from "../waiting.ts";

/** A request with a body that takes a while. */
export interface Sending {
  method: "POST" | "PUT";
  /** Below `/api/v1`. */
  path: string;
  headers: Record<string, string>;
  body: FormData | Blob;
  /** Told how many bytes are there. */
  onProgress: (loaded: number, total: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a body that may be sent again, until an answer says more than that there is trouble.
 *
 * @returns the body of the answer.
 * @throws Problem, and `AbortError` where the person gave it up.
 */
export async function sendUntilThere(sending: Sending): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { status, body, retryAfter } = await send(sending);
    if (status >= 200 && status < 300) return body;
    const problem: Problem = status === 0 ? noAnswer() : problemOf(status, body);
    if (status === 401 && (await signedInAgain())) continue;
    const isInFlight = problem.code === "request_in_flight";
    if (attempt === MOST_TRIES || !(passes(problem) || isInFlight)) throw problem;
    await waitBeforeRetry(attempt, retryAfter);
  }
}

interface Sent {
  /** 0 where no answer came. */
  status: number;
  body: string;
  retryAfter: string | null;
}

/** `fetch` tells nobody how far an upload is. */
async function send({ method, path, headers, body, onProgress, signal }: Sending): Promise<Sent> {
  const all = { ...(await commonHeaders()), ...headers };
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest();
    const abort = () => http.abort();
    http.open(method, address(path));
    for (const [name, value] of Object.entries(all)) http.setRequestHeader(name, value);
    http.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    http.onloadend = () => signal.removeEventListener("abort", abort);
    http.onload = () =>
      resolve({
        status: http.status,
        body: http.responseText,
        retryAfter: http.getResponseHeader("Retry-After"),
      });
    http.onerror = () => resolve({ status: 0, body: "", retryAfter: null });
    http.onabort = () => reject(new DOMException("given up", "AbortError"));
    signal.addEventListener("abort", abort);
    if (signal.aborted) reject(new DOMException("given up", "AbortError"));
    else http.send(body);
  });
}

/** Whether an upload ended because the person wanted that. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
