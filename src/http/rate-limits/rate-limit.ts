import { AppError } from "../../errors.ts";
import { lruCache } from "../../lru-cache.ts";
import type { AppContext } from "../request/context.ts";
import { networkOf } from "./network.ts";
import type { RateCount } from "./rate-headers.ts";

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
 * @param key who is counted: an id or a network, never something that the caller makes up freely.
 * @throws 429 with `Retry-After` once the limit is reached.
 */
export async function countAgainst(limit: RateLimit, key: string): Promise<void> {
  const { success } = await limit.limit({ key });
  if (!success) throw tooManyRequests(WINDOW_SECONDS);
}

/**
 * Counts a request whose caller is not known: one without a token, with one that does not count, or to an address
 * that does not exist.
 *
 * @throws 429 with `Retry-After` once the limit of its network is reached.
 */
export async function countAnonymous(c: AppContext): Promise<void> {
  const key = `network/${networkOf(c)}`;
  await countUnder(c, { quota: "network", key }, async () => {
    try {
      await countAgainst(c.env.ANONYMOUS_LIMIT, key);
    } catch (error) {
      refusedNetworks.set(key, c.get("now") + WINDOW_SECONDS * 1000);
      throw error;
    }
  });
}

/** Until when networks are taken for refused in this isolate, in milliseconds since 1970. */
const refusedNetworks = lruCache<number>(1000);

/**
 * Whether this isolate has just refused somebody, or their network: nothing is read for them then before they are counted.
 *
 * @param keys those that they are counted by. @param now milliseconds since 1970.
 */
export function wasRefused(keys: readonly string[], now: number): boolean {
  return keys.some((key) => now < (callers.get(key)?.refusedUntil ?? refusedNetworks.get(key) ?? 0));
}

/**
 * Counts a request, and keeps for its answer by what it was counted and whether that refused it: a 429 can be of
 * something else, and then leaves the limit as it is.
 *
 * @throws what the count does.
 */
export async function countUnder(c: AppContext, rate: RateCount, count: () => Promise<void>): Promise<void> {
  c.set("rate", { ...rate, refused: true });
  await count();
  c.set("rate", rate);
}

/**
 * How many requests one count of a limit stands for. A company may make more than a user: it can be
 * counted more coarsely, and the more so since each of its requests is a user's, too.
 */
const REQUESTS_A_COUNT = { user: 10, company: 50 } as const;

interface Caller {
  /** Requests since the platform's limit was last asked. */
  uncounted: number;
  /** Until when every request is refused, in milliseconds since 1970. */
  refusedUntil: number;
}

/** What this isolate knows of callers. */
const callers = lruCache<Caller>(10_000);

/**
 * Counts a request of a user. The limit is there against floods: the platform is asked once for ten requests of an
 * isolate, and once it refuses, the isolate lets nothing more pass for a minute. So an isolate lets at most nine
 * requests pass that the platform would have refused.
 *
 * @param now milliseconds since 1970.
 * @throws 429 with `Retry-After` once the limit is reached.
 */
export function countCaller(env: Env, key: string, now: number): Promise<void> {
  return countInSteps(env.REQUEST_LIMIT, REQUESTS_A_COUNT.user, key, now);
}

/** The same of a request about a company, for which the platform is asked once for fifty. */
export function countCompany(env: Env, companyId: number, now: number): Promise<void> {
  return countInSteps(env.COMPANY_LIMIT, REQUESTS_A_COUNT.company, `company/${companyId}`, now);
}

async function countInSteps(limit: RateLimit, step: number, key: string, now: number): Promise<void> {
  const caller = callers.get(key) ?? { uncounted: 0, refusedUntil: 0 };
  callers.set(key, caller);
  if (now < caller.refusedUntil) throw tooManyRequests(Math.ceil((caller.refusedUntil - now) / 1000));
  caller.uncounted += 1;
  if (caller.uncounted < step) return;
  caller.uncounted = 0;
  const { success } = await limit.limit({ key });
  if (success) return;
  caller.refusedUntil = now + WINDOW_SECONDS * 1000;
  throw tooManyRequests(WINDOW_SECONDS);
}

function tooManyRequests(seconds: number): AppError {
  return new AppError("too_many_requests", `Try again in ${seconds} seconds.`, {
    headers: { "Retry-After": String(seconds) },
  });
}
