import { locale } from "../i18n/locale.ts";
import { noAnswer, type Problem, passes, problemOf } from "./problem.ts";
import { accessToken, renew, signedIn } from "./session.ts";
import { MOST_TRIES, untilSignedIn, waitBeforeRetry } from "./waiting.ts";

export type Query = Record<string, string | number | null | undefined>;

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  query?: Query;
  /** Sent as JSON; a form as it is. */
  body?: object | FormData;
  headers?: Record<string, string>;
  /** Makes a POST one that may be sent again: it creates nothing twice. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Answer<T> {
  /** `null` where there is none: 204, or 304 to an `If-None-Match`. */
  body: T | null;
  etag: string | null;
}

/** Reads what this browser wrote: sent with each request that follows. */
let bookmark = "";

/**
 * Asks the API. What may be sent again is, while the server has trouble; where the session has ended, the request waits
 * until the person is signed in again.
 *
 * @param path below `/api/v1`.
 * @throws Problem
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const isRepeatable = (options.method ?? "GET") !== "POST" || options.idempotencyKey !== undefined;
  for (let attempt = 1; ; attempt++) {
    const answer = await send(path, options).catch((error) => {
      if (options.signal?.aborted) throw error;
      return null;
    });
    if (answer && (answer.ok || answer.status === 304)) return read<T>(answer);
    const problem = answer ? problemOf(answer.status, await answer.text()) : noAnswer();
    if (problem.status === 401 && (await signedInAgain())) continue;
    if (attempt === MOST_TRIES || !passes(problem) || !isRepeatable) throw problem;
    await waitBeforeRetry(attempt, answer?.headers.get("Retry-After") ?? null);
  }
}

/** As {@link request}, for an answer that has a body. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const { body } = await request<T>(path, { query, ...(signal && { signal }) });
  return body as T;
}

/** A path below `/api/v1` with its query; what is empty is left out. */
export function address(path: string, query: Query = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(filled.map(([key, value]) => [key, String(value)])).toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

/** The headers that every request has. */
export async function commonHeaders(): Promise<Record<string, string>> {
  return {
    Authorization: `Bearer ${await accessToken()}`,
    "Accept-Language": locale.value,
    ...(bookmark && { "X-D1-Bookmark": bookmark }),
  };
}

/** Whether there is somebody to go on as, after an answer of 401: waits for the person where the session has ended. */
export async function signedInAgain(): Promise<boolean> {
  if (signedIn.value === "out") return false;
  if (signedIn.value === "in" && (await renew().catch(() => false))) return true;
  await untilSignedIn();
  return true;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { method = "GET", query, body, headers, idempotencyKey, signal } = options;
  const isForm = body instanceof FormData;
  return fetch(address(path, query), {
    method,
    headers: {
      ...(await commonHeaders()),
      ...(body && !isForm && { "Content-Type": "application/json" }),
      ...(idempotencyKey && { "Idempotency-Key": idempotencyKey }),
      ...headers,
    },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
}

async function read<T>(answer: Response): Promise<Answer<T>> {
  bookmark = answer.headers.get("X-D1-Bookmark") ?? bookmark;
  const isEmpty = answer.status === 204 || answer.status === 304;
  return { body: isEmpty ? null : ((await answer.json()) as T), etag: answer.headers.get("ETag") };
}

/** What a person is told of an error that is not the API's. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Error && "code" in error && "status" in error;
}
