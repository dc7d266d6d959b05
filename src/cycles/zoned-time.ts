import * as Calendar from "temporal-polyfill/fns/Calendar";
import * as Instant from "temporal-polyfill/fns/Instant";
import * as PlainDate from "temporal-polyfill/fns/PlainDate";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";
import { lruCache } from "../lru-cache.ts";

/** What days are counted together as: weeks begin on Monday, as ISO 8601 has them. */
export type DateUnit = "day" | "week" | "month";

const ADD = { day: PlainDate.addDays, week: PlainDate.addWeeks, month: PlainDate.addMonths };

/**
 * The instant at which a day begins in a time zone; where its midnight is skipped, the first instant after it, and
 * where it comes twice, the first one.
 *
 * @param date as `2026-03-01`.
 * @param timeZone a name of the IANA time zone database.
 * @returns milliseconds since 1970.
 */
export function startOfDay(date: string, timeZone: string): number {
  return PlainDate.toZonedDateTime(parse(date), resolveZone(timeZone)).epochMilliseconds;
}

/** The date that a calendar in a time zone shows at an instant, as `2026-03-01`. */
export function dateAt(instant: number, timeZone: string): string {
  return PlainDate.toString(ZonedDateTime.toPlainDate(zonedAt(instant, timeZone)));
}

/** A date so many days, weeks or months later. A day that the month does not have is its last one. */
export function addToDate(date: string, amount: number, unit: DateUnit): string {
  return PlainDate.toString(ADD[unit](parse(date), amount));
}

/** The first day of the week or month that a date is in. */
export function firstDayOf(date: string, unit: "week" | "month"): string {
  const day = parse(date);
  return PlainDate.toString(unit === "week" ? PlainDate.startOfWeek(day) : PlainDate.startOfMonth(day));
}

/** When the month of an instant begins in a time zone, and when the next one does; milliseconds since 1970. */
export function monthAt(instant: number, timeZone: string): { since: number; until: number } {
  const now = zonedAt(instant, timeZone);
  return {
    since: ZonedDateTime.startOfMonth(now).epochMilliseconds,
    until: ZonedDateTime.startOfMonth(ZonedDateTime.addMonths(now, 1)).epochMilliseconds,
  };
}

/** The instant so many months after another one, by the calendar in UTC, at the same time of day. */
export function addMonths(instant: number, months: number): number {
  return ZonedDateTime.addMonths(zonedAt(instant, "UTC"), months).epochMilliseconds;
}

function parse(date: string) {
  return PlainDate.fromString(date, Calendar.getISO);
}

function zonedAt(instant: number, timeZone: string) {
  return Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(instant), resolveZone(timeZone));
}

const zones = lruCache<string>(100);

/** The zone that a name stands for: Temporal takes no short names of ICU's own, such as CST, which a company may have. */
function resolveZone(timeZone: string): string {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
    zones.set(timeZone, zone);
  }
  return zone;
}
