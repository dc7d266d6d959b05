import { OPERATIONS, type Operation } from "./table.ts";

/** What an operation is called with; an operation without `token` is called by nobody in particular. */
interface Input {
  token?: string;
  params?: Record<string, string | number>;
  query?: Record<string, string | number>;
  /** A form goes as it is, anything else as JSON. */
  body?: FormData | object;
}

/** Calls the next operation of the table and gives its answer's body, `undefined` where there is none. */
export type Call = <T = unknown>(operation: Operation, input?: Input) => Promise<T>;

/** How one of the calls went. */
export interface Called {
  /** Its place in the table, from 1. */
  number: number;
  operation: Operation;
  status: number;
  /** Milliseconds, with the body read. */
  ms: number;
}

/**
 * Calls the operations of the table over HTTP, one after the other.
 *
 * @param url the origin of the API.
 * @param onCalled is told of each, also of the one that goes wrong.
 * @returns what calls; it throws where an operation is not the table's next, or answers another status than the
 * table says.
 */
export function createCaller(url: string, signal: AbortSignal, onCalled: (called: Called) => void): Call {
  const waiting = Object.entries(OPERATIONS).entries();
  return async <T>(operation: Operation, { token, params = {}, query = {}, body }: Input = {}) => {
    const [index, [next, expected]] = waiting.next().value ?? [0, []];
    if (operation !== next) throw new Error(`${operation} is called where ${next} comes next.`);
    const [method = "", path = ""] = operation.split(" ");
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params[name])));
    const asked = new URL(`${url}/api/v1${filled}`);
    for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, String(value));
    const headers = new Headers();
    if (token) headers.set("Authorization", `Bearer ${token}`);
    const json = body !== undefined && !(body instanceof FormData);
    if (json) headers.set("Content-Type", "application/json");

    const start = performance.now();
    const response = await fetch(asked, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: json ? JSON.stringify(body) : (body as FormData) }),
    });
    const text = await response.text();
    onCalled({ number: index + 1, operation, status: response.status, ms: performance.now() - start });
    if (response.status !== expected) {
      throw new Error(`${operation} answered ${response.status}, not ${expected}. ${text}`.trim());
    }
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
}
