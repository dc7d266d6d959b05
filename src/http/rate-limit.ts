import { AppError } from "./errors.ts";

/** The window of every limit in wrangler.toml, in seconds. */
const WINDOW_SECONDS = 60;

/** The limits for what is worth guessing or flooding, by the name that a route gives them. */
const LIMITS = {
  login: "LOGIN_LIMIT",
  reset: "RESET_LIMIT",
  create: "CREATE_LIMIT",
  lookup: "LOOKUP_LIMIT",
} as const;

export type LimitName = keyof typeof LIMITS;

/** The limit of a name. */
export function limitOf(env: Env, name: LimitName): RateLimit {
  return env[LIMITS[name]];
}

/**
 * Counts a request against a limit of wrangler.toml.
 *
 * @param key who is counted: an id or an address, never something that the caller makes up freely.
 * @throws 429 with `Retry-After` once the limit is reached.
 */
export async function countAgainst(limit: RateLimit, key: string): Promise<void> {
  const { success } = await limit.limit({ key });
  if (success) return;
  throw new AppError("too_many_requests", `Try again in ${WINDOW_SECONDS} seconds.`, {
    headers: { "Retry-After": String(WINDOW_SECONDS) },
  });
}

/** How many requests one count of the limit for every caller stands for. */
const REQUESTS_A_COUNT = 10;
const uncounted = new Map<string, number>();
const CALLERS = 10_000;

/**
 * Counts a request against the limit for every caller. It is there against floods, so that requests are counted
 * by tens, and nine of ten do without the call.
 *
 * @throws 429 with `Retry-After` once the limit is reached.
 */
export async function countRequest(limit: RateLimit, key: string): Promise<void> {
  const waiting = (uncounted.get(key) ?? 0) + 1;
  if (waiting < REQUESTS_A_COUNT) {
    if (uncounted.size >= CALLERS) uncounted.clear();
    uncounted.set(key, waiting);
    return;
  }
  uncounted.delete(key);
  await countAgainst(limit, key);
}
