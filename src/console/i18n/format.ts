import { computed } from "@preact/signals";
import { locale } from "./locale.ts";

const plain = computed(() => new Intl.NumberFormat(locale.value));

/** A number as the language writes it. */
export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  const format = options ? new Intl.NumberFormat(locale.value, options) : plain.value;
  return format.format(value);
}

/** A share from 0 to 100. */
export function formatPercent(value: number): string {
  return formatNumber(value / 100, { style: "percent", maximumFractionDigits: 1 });
}

/** A time of the API, in the time zone of the browser. */
export function formatTime(iso: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(iso),
  );
}

/** A day of the API, as `2026-03-01`; of a month, `isMonth`. */
export function formatDay(day: string, isMonth = false): string {
  const parts = isMonth
    ? ({ month: "short", year: "numeric" } as const)
    : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(locale.value, { ...parts, timeZone: "UTC" }).format(new Date(day));
}

/** A time of the API, as a day in the time zone of the browser. */
export function formatDate(iso: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" }).format(new Date(iso));
}

const UNITS = ["kilobyte", "megabyte", "gigabyte"] as const;

/** A size of a file. */
export function formatBytes(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1000)) / 3) - 1, UNITS.length - 1);
  return formatNumber(bytes / 1000 ** (step + 1), {
    style: "unit",
    unit: UNITS[step] ?? "kilobyte",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
}

/** A length of time, in seconds, to one unit. */
export function formatSeconds(seconds: number): string {
  const [value, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return formatNumber(Math.ceil(Number(value)), { style: "unit", unit: String(unit), unitDisplay: "long" });
}
