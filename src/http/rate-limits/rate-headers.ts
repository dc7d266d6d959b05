import { lruCache } from "../../lru-cache.ts";

const WINDOW_MS = 60_000;

/** How many requests pass in 60 seconds: the limits of wrangler.toml, times the requests that a count stands for. */
export const QUOTAS = { login: 20, reset: 5, create: 30, lookup: 30, network: 1000, user: 3000 } as const;

/** By what a request is counted. */
export interface RateCount {
  quota: keyof typeof QUOTAS;
  /** Who is counted. */
  key: string;
  /** Whether it was this count that refused the request, and nothing else. */
  refused?: boolean;
}

interface Window {
  /** Milliseconds since 1970. */
  since: number;
  requests: number;
}

/** What this isolate has seen of each key in its window. */
const windows = lruCache<Window>(10_000);

/**
 * The headers that say how much of a limit is left. The platform tells nobody, so what this isolate has seen gives an
 * estimate: other isolates count too, and the platform's window may begin at another time.
 *
 * @param now milliseconds since 1970. @param refusedFor for how many seconds the limit refuses requests, where
 * it refused this one.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateHeaders({ quota, key }: RateCount, now: number, refusedFor: number | null) {
  const most = QUOTAS[quota];
  const known = windows.get(`${quota} ${key}`);
  const window = known && now - known.since < WINDOW_MS ? known : { since: now, requests: 0 };
  window.requests += 1;
  if (window !== known) windows.set(`${quota} ${key}`, window);
  const left = refusedFor === null ? Math.max(0, most - window.requests) : 0;
  const seconds = refusedFor ?? Math.ceil((window.since + WINDOW_MS - now) / 1000);
  return { "RateLimit-Policy": `"${quota}";q=${most};w=60`, RateLimit: `"${quota}";r=${left};t=${seconds}` };
}
