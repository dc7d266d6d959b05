import { dateFromSerial, format, getFormatInfo } from "numfmt";

/** Shows the number of a cell. */
export type ShowNumber = (value: number) => string;

/** Days from the first of 1900 to that of 1904. */
const DAYS_1904 = 1462;
const LAST_DAY = 2_958_466;
const SECONDS = 86_400;

/**
 * How cells of a pattern show numbers: as people see them, but so that what is seen has one meaning.
 *
 * - Dates are ISO: `01/02/2026` would be February or January.
 * - Numbers that a spreadsheet shortens to `5.21551E+12` keep their digits: it is the column that is narrow.
 * - `1,500` and `1.500` are one number to some and another to others: without the comma, and `1.5`.
 */
export function showNumbers(pattern: string, from1904: boolean): ShowNumber {
  const info = infoOf(pattern);
  if (info === null || ["general", "scientific", "fraction", "text"].includes(info.type)) return showPlain;
  const isDay = info.type === "date" || info.type === "datetime";
  if (isDay) {
    const hasTime = info.type === "datetime";
    return (value) => dateText(from1904 ? value + DAYS_1904 : value, hasTime) ?? showPlain(value);
  }
  if (info.isDate) return (value) => formatted(pattern, value);
  return (value) => unmistakable(formatted(pattern, value), info.grouped === 1 && info.maxDecimals === 0);
}

function infoOf(pattern: string): ReturnType<typeof getFormatInfo> | null {
  try {
    return getFormatInfo(pattern);
  } catch {
    return null;
  }
}

function formatted(pattern: string, value: number): string {
  try {
    return format(pattern, value, { nbsp: false }).trim();
  } catch {
    return showPlain(value);
  }
}

/** As many digits as a spreadsheet keeps. */
function showPlain(value: number): string {
  const text = String(Number(value.toPrecision(15)));
  return unmistakable(text.includes("e") ? value.toLocaleString("en-US", PLAIN) : text, false);
}

const PLAIN = { useGrouping: false, maximumSignificantDigits: 15 } as const;

/** One mark before exactly three digits. */
const MISTAKABLE = /(?<![\d.,])(\d{1,3})([.,])(\d{3})(?![\d.,])/;

/** @param whole whether the mark parts thousands. */
function unmistakable(text: string, whole: boolean): string {
  return text.replace(MISTAKABLE, (_, before: string, mark: string, after: string) => {
    if (whole) return before + after;
    const short = after.replace(/0{1,3}$/, "");
    if (short === "") return before;
    return before + mark + (short.length === 3 ? `${short}0` : short);
  });
}

function dateText(serial: number, hasTime: boolean): string | null {
  if (!(serial >= 0 && serial < LAST_DAY)) return null;
  const parts = dateFromSerial(Math.round(serial * SECONDS) / SECONDS + 1e-9);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  if (!hasTime) return date;
  return `${date} ${two(hours)}:${two(minutes)}${seconds === 0 ? "" : `:${two(seconds)}`}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
