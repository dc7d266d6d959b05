import { addToDate, dateAt, firstDayOf, startOfDay } from "../../cycles/zoned-time.ts";
import { type AppError, fieldError } from "../../errors.ts";

export const INTERVALS = ["day", "week", "month"] as const;
export type Interval = (typeof INTERVALS)[number];

/** A day, week or month of a time zone, cut to the range that was asked for. */
export interface Period {
  /** Its first day, as `2026-03-01`, even where the range begins later. */
  date: string;
  startsAt: number;
  /** The first instant that is no longer of it. */
  endsAt: number;
}

const MAX_PERIODS = 400;
const DAYS: Record<Interval, number> = { day: 1, week: 7, month: 28 };
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Parts a range into days, weeks (from Monday, as ISO 8601 has them) or months of a time zone.
 *
 * @param from the first instant, `to` the first one after it, in milliseconds since 1970.
 * @throws 400 where they are more than 400.
 */
export function periodsOf(from: number, to: number, interval: Interval, timeZone: string): Period[] {
  // No period is shorter than its days, so that what is far too long is refused before it is counted out.
  if ((to - from) / (DAYS[interval] * DAY_MS) > 2 * MAX_PERIODS) throw tooMany(interval);
  const periods: Period[] = [];
  const first = dateAt(from, timeZone);
  let date = interval === "day" ? first : firstDayOf(first, interval);
  for (let startsAt = from; startsAt < to; ) {
    const next = addToDate(date, 1, interval);
    const endsAt = Math.min(startOfDay(next, timeZone), to);
    // A day that a time zone left out has no instant.
    if (endsAt > startsAt) periods.push({ date, startsAt, endsAt });
    if (periods.length > MAX_PERIODS) throw tooMany(interval);
    startsAt = Math.max(startsAt, endsAt);
    date = next;
  }
  return periods;
}

function tooMany(interval: Interval): AppError {
  const detail = `has more than ${MAX_PERIODS} periods of a ${interval}: ask for less, or for longer ones`;
  return fieldError("invalid_parameter", "from", "too_many_periods", detail);
}
