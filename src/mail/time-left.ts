import type { Locale } from "./templates/wording.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What passes between the writing of a mail and its sending, and is not worth a word. */
const DELIVERY_MS = MINUTE / 2;

/**
 * Says a time in words, such as "10 minutes", "24 horas" or "7 dias", and never more than there is.
 *
 * @param left in milliseconds.
 */
export function timeLeft(left: number, locale: Locale): string {
  const time = left + DELIVERY_MS;
  const [size, unit] = time < 2 * HOUR ? [MINUTE, "minute"] : time < 2 * DAY ? [HOUR, "hour"] : [DAY, "day"];
  const amount = Math.max(1, Math.floor(time / size));
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

/** Says a point in time in words, such as "February 17, 2026 at 9:54 PM UTC". @param at milliseconds since 1970. */
export function timeInWords(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
    timeZoneName: "short",
  }).format(at);
}
