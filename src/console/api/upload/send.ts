import { address } from "../request.ts";
import { repeat } from "../sending/repeat.ts";

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
  const answer = await repeat((common) => send(sending, common), true, sending.signal);
  return answer.text();
}

/** What is read of the headers of an answer. */
const READ = ["Retry-After", "X-D1-Bookmark"];

/** Sends it once: `fetch` tells nobody how far an upload is. */
function send(
  { method, path, headers, body, onProgress, signal }: Sending,
  common: Record<string, string>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest();
    const abort = () => http.abort();
    http.open(method, address(path));
    for (const [name, value] of Object.entries({ ...common, ...headers })) http.setRequestHeader(name, value);
    http.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    http.onloadend = () => signal.removeEventListener("abort", abort);
    http.onload = () => resolve(answerOf(http));
    http.onerror = () => reject(new Error("no answer"));
    http.onabort = () => reject(abortError());
    signal.addEventListener("abort", abort);
    if (signal.aborted) reject(abortError());
    else http.send(body);
  });
}

function answerOf(http: XMLHttpRequest): Response {
  const read = READ.map((name) => [name, http.getResponseHeader(name)] as const);
  const headers = read.filter((header): header is readonly [string, string] => header[1] !== null);
  // An answer without a body may not have an empty one either.
  return new Response(http.responseText || null, {
    status: http.status,
    headers: Object.fromEntries(headers),
  });
}

function abortError(): DOMException {
  return new DOMException("given up", "AbortError");
}

/** Whether an upload ended because the person wanted that. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
