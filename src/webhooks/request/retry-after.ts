/** A receiver can ask for a pause of half a day at most: the longest that there is without it. */
const LONGEST_MS = 12 * 60 * 60_000;
/** Longer ones are neither a number of seconds that fits nor a date. */
const MOST_CHARACTERS = 40;

/**
 * How long a receiver that is busy, or has had enough, wants to be left alone: what `Retry-After` says beside a 429 or a
 * 503, as seconds or as a date.
 *
 * @param now milliseconds since 1970.
 * @returns milliseconds; `null` where it asks for nothing, or for what cannot be read.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterOf({ status, headers }: Response, now: number): number | null {
  const text = headers.get("Retry-After")?.trim();
  if (!text || text.length > MOST_CHARACTERS || (status !== 429 && status !== 503)) return null;
  const wait = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return wait > 0 ? Math.min(wait, LONGEST_MS) : null;
}
