import { dateFromSerial, format, getFormatInfo } from "numfmt";

/** Shows the number of a cell. @param written as it stands in the file. */
export type ShowNumber = (value: number, written: string) => string;

/** Days from the first of 1900 to that of 1904. */
const DAYS_1904 = 1462;
const LAST_DAY = 2_958_466;
const SECONDS = 86_400;

/**
 * How cells of a pattern show numbers: as people see them, but so that what is seen has one meaning.
 *
 * - Dates are ISO: `01/02/2026` would be February or January.
 * - Numbers that a spreadsheet shortens to `5.21551E+12` keep their digits: it is the column that is narrow. More of
 *   them than a spreadsheet keeps are an id that a program wrote: all count. Those that the file no longer has are not
 *   made up: `1.2E+18` stays.
 * - `1,500` and `1.500` are one number to some and another to others: without the comma, and `1.5`.
 */
export function showNumbers(pattern: string, from1904: boolean): ShowNumber {
  const info = infoOf(pattern);
  if (info?.type === "general" && pattern.includes('"') && !/general/i.test(pattern)) {
    // Words for numbers, as in `"Yes";;"No"`; one that is hidden is read.
    return (value, written) => formatted(pattern, value, written) || showPlain(value, written);
  }
  if (info === null || ["general", "scientific", "fraction", "text"].includes(info.type)) return showPlain;
  const isDay = info.type === "date" || info.type === "datetime";
  if (isDay) {
    const hasTime = info.type === "datetime";
    return (value, written) =>
      dateText(from1904 ? value + DAYS_1904 : value, hasTime) ?? showPlain(value, written);
  }
  if (info.isDate) return (value, written) => formatted(pattern, value, written);
  const isWhole = info.maxDecimals === 0;
  const isPlain = /^[0#]+$/.test(pattern);
  return (value, written) =>
    isPlain && isLong(value)
      ? showPlain(value, written)
      : unmistakable(formatted(pattern, value, written), info.grouped === 1 && isWhole);
}

function infoOf(pattern: string): ReturnType<typeof getFormatInfo> | null {
  try {
    return getFormatInfo(pattern);
  } catch {
    return null;
  }
}

function formatted(pattern: string, value: number, written: string): string {
  try {
    return format(pattern, value, { nbsp: false }).trim();
  } catch {
    return showPlain(value, written);
  }
}

/** As many digits as a spreadsheet keeps. */
function showPlain(value: number, written: string): string {
  if (isLong(value)) {
    const digits = written.trim();
    if (/^-?\d+$/.test(digits)) return digits;
    if (losesDigits(digits)) return digits;
  }
  const text = String(Number(value.toPrecision(15)));
  return unmistakable(text.includes("e") ? value.toLocaleString("en-US", PLAIN) : text, false);
}

/** Whether it has more digits than a spreadsheet keeps. */
function isLong(value: number): boolean {
  return value >= 1e15 || value <= -1e15;
}

/** Whether an exponent says that there were more digits than are there. */
function losesDigits(written: string): boolean {
  const [, fraction = "", exponent = "0"] = /^-?\d(?:\.(\d+))?E\+?(\d{1,3})$/i.exec(written) ?? [];
  return Number(exponent) > fraction.length;
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
