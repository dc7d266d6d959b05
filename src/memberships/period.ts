import { addMonths } from "../cycles/zoned-time.ts";

/**
 * The end of a period: so many months or years after a membership started. A day that the month does not have is
 * its last one, and the day comes back where the next month has it.
 *
 * @param startedAt milliseconds since 1970.
 */
export function periodEnd(startedAt: number, interval: "month" | "year", periods: number): number {
  return addMonths(startedAt, periods * (interval === "year" ? 12 : 1));
}

/** The end of the period that an instant lies in. */
export function nextPeriodEnd(startedAt: number, interval: "month" | "year", now: number): number {
  let periods = 1;
  while (periodEnd(startedAt, interval, periods) <= now) periods += 1;
  return periodEnd(startedAt, interval, periods);
}
