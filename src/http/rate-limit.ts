import { AppError } from "./errors.ts";

/** The window of every limit in wrangler.toml, in seconds. */
const WINDOW_SECONDS = 60;

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
