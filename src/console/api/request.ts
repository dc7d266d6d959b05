import { connection } from "./sending/connection.ts";
import { repeat } from "./sending/repeat.ts";
import type { PageMeta } from "./types.ts";

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

/**
 * Asks the API. What may be sent again is, while the server has trouble; where the session has ended, the request waits
 * until the person is signed in again.
 *
 * @param path below `/api/v1`.
 * @throws Problem
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const { method = "GET", query, body, headers, idempotencyKey, signal } = options;
  const isForm = body instanceof FormData;
  const send = (common: Record<string, string>) =>
    fetch(address(path, query), {
      method,
      headers: {
        ...common,
        ...(body && !isForm && { "Content-Type": "application/json" }),
        ...(idempotencyKey && { "Idempotency-Key": idempotencyKey }),
        ...headers,
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  return read<T>(await repeat(send, method !== "POST" || idempotencyKey !== undefined, signal));
}

/** As {@link request}, for an answer that has a body. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const { body } = await request<T>(path, { query, ...(signal && { signal }) });
  return body as T;
}

/** The address of a path below `/api/v1` with its query; what is empty is left out. */
export function address(path: string, query: Query = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(filled.map(([key, value]) => [key, String(value)])).toString();
  return `${connection().origin}/api/v1${path}${text ? `?${text}` : ""}`;
}

/** A link of an answer, which may name the public address of the API: the console asks its own origin alone. */
export function ownAddress(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Whether the page is the API's own: another one cannot listen to events, whose links say no origin. */
export function isOwnOrigin(): boolean {
  return ["", location.origin].includes(connection().origin);
}

async function read<T>(answer: Response): Promise<Answer<T>> {
  const isEmpty = answer.status === 204 || answer.status === 304;
  return { body: isEmpty ? null : ((await answer.json()) as T), etag: answer.headers.get("ETag") };
}

export const A_PAGE = 100;
export const MOST_PAGES = 5;

/** The rows of a list, of more than five pages the first ones. @param noun under which they are in an answer. @throws Problem */
export async function allPages<T>(
  path: string,
  noun: string,
  query: Record<string, string> = {},
): Promise<T[]> {
  const rows: T[] = [];
  for (let page: number | null = 1; page !== null && page <= MOST_PAGES; ) {
    const body: Record<string, unknown> = await get(path, { ...query, limit: A_PAGE, page });
    rows.push(...(body[noun] as T[]));
    page = (body.meta as PageMeta).next_page;
  }
  return rows;
}
