import { lruCache } from "../lru-cache.ts";

/** Making one costs far more than asking it, and a year of days asks a thousand times. */
const clocks = lruCache<Intl.DateTimeFormat>(100);

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(timeZone, clock);
  return clock;
}

/** What a clock in a time zone shows at an instant, as if it were UTC, in milliseconds since 1970. */
function clockAt(instant: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/**
 * The instant at which a day begins in a time zone; where its midnight is skipped, the first instant after it.
 *
 * @param date as `2026-03-01`.
 * @param timeZone a name of the IANA time zone database.
 * @returns milliseconds since 1970.
 */
export function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // The offset at the guess may be that of the other side of a change, so it is looked at once more.
  let instant = midnight;
  for (let round = 0; round < 2; round++) instant = midnight - (clockAt(instant, timeZone) - instant);
  // A midnight that is skipped may be missed from below: the clock has to get there first.
  return instant + Math.max(0, midnight - clockAt(instant, timeZone));
}

/** The day after one. @param date as `2026-03-01`. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** The date that a calendar in a time zone shows at an instant, as `2026-03-01`. */
export function dateAt(instant: number, timeZone: string): string {
  return new Date(clockAt(instant, timeZone)).toISOString().slice(0, 10);
}
