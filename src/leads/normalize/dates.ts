import { fold } from "../../text/fold.ts";
import type { ReadingLocale } from "./reading-locale.ts";

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ,].*)?$/s;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?$/s;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
/** Days since 30 December 1899, as spreadsheets count: from 1950 to 2099. */
const DAY_NUMBER = /^(\d{5})(?:[.,]\d{1,12})?$/;
const FIRST_DAY_NUMBER = 18_264;
const LAST_DAY_NUMBER = 73_050;
const DAY_NUMBER_EPOCH = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/**
 * Reads a date, or returns `undefined` where the text is not certain to be one: `YYYY-MM-DD`; numbers with the year first, or
 * with day and month in the order of the locale, unless only the other order makes a date; names of months in English,
 * Spanish and Portuguese; `20260301`; the day numbers of spreadsheets. A time of day after it is left out.
 *
 * @returns `YYYY-MM-DD`.
 */
export function readDate(text: string, { dateOrder }: ReadingLocale): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return isoDate(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]));
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast) {
    const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), fullYear(yearLast[4] ?? "")];
    const [dayFirst, monthFirst] = [isoDate(year, second, first), isoDate(year, first, second)];
    return dateOrder === "day" ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
  }
  const compact = COMPACT.exec(text);
  if (compact) return isoDate(Number(compact[1]), Number(compact[2]), Number(compact[3]));
  const dayNumber = Number(DAY_NUMBER.exec(text)?.[1] ?? 0);
  if (dayNumber >= FIRST_DAY_NUMBER && dayNumber < LAST_DAY_NUMBER) {
    return new Date(DAY_NUMBER_EPOCH + dayNumber * DAY_MS).toISOString().slice(0, 10);
  }
  return readWrittenDate(text);
}

const MONTHS = new Map<string, number>();
for (const names of [
  "january february march april may june july august september october november december",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
]) {
  for (const [index, name] of names.split(" ").entries()) {
    MONTHS.set(name, index + 1);
    MONTHS.set(name.slice(0, 3), index + 1);
  }
}
MONTHS.set("sept", 9).set("setiembre", 9);

const WEEKDAYS = new Set(
  `monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
   lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom
   segunda terca quarta quinta sexta feira seg ter qua qui sex`.split(/\s+/),
);
const FILLERS = new Set("de del of the do st nd rd th o a er".split(" "));
const TIME = /[\sT,]\d{1,2}:\d{2}.*$/s;
const TOKENS = /\p{L}+|\p{N}+/gu;
/** In UTF-16 units, with weekday, time and time zone. */
const MAX_LENGTH = 100;

/** Dates with the month as a word: `1 de marzo de 2026`, `March 1st, 2026`, `01-mar-26`. */
function readWrittenDate(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !/\p{L}/u.test(text)) return undefined;
  const tokens = fold(text).replace(TIME, "").match(TOKENS) ?? [];
  const numbers: string[] = [];
  const words: string[] = [];
  for (const token of tokens) {
    if (token >= "0" && token < ":") numbers.push(token);
    else if (!FILLERS.has(token)) words.push(token);
  }
  // `mar` is March and Tuesday: a second month says which.
  const months = words.filter((word) => MONTHS.has(word));
  const month = months.length > 1 ? months.filter((word) => !WEEKDAYS.has(word)) : months;
  if (month.length !== 1 || words.some((word) => !MONTHS.has(word) && !WEEKDAYS.has(word))) return undefined;
  if (numbers.length !== 2) return undefined;
  const [first = "", second = ""] = numbers;
  const [day, year] = first.length === 4 ? [second, first] : [first, second];
  if (day.length > 2 || (year.length !== 4 && year.length !== 2)) return undefined;
  return isoDate(fullYear(year), MONTHS.get(month[0] ?? "") ?? 0, Number(day));
}

/** Two digits are of the hundred years from 1970 on. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

/** `undefined` for a day that the calendar does not have, as 31 February. */
function isoDate(year: number, month: number, day: number): string | undefined {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}
