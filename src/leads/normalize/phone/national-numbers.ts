import type { CountryCode } from "libphonenumber-js/core";
import {
  callingCodeOf,
  countriesOf,
  isLikelyNumber,
  isValidNumber,
  leadingCallingCode,
  withoutPrefix,
} from "./numbering-plans.ts";

/** Where a phone without a country code is from. */
export interface PhonePlace {
  /** ISO 3166-1 alpha-2; `null` where it is not known. */
  country: CountryCode | null;
  /** Without `+`; where the file has a column of calling codes. */
  callingCode?: string | null;
  /** Where the file has a column of area codes. */
  areaCode?: string | null;
}

/** Mexican mobile numbers as they were dialled until August 2019, when the `1`, `01`, `044` and `045` went. */
const OLD_MEXICAN = /^(?:1|01|04[45])(\d{10})$/;
/**
 * Brazilian mobile numbers from before 2016, which have a 9 before them since. Numbers of eight digits that begin
 * with 2 to 5 are fixed lines. (The metadata still has a few of 7 for mobile ones, of a network that is gone.)
 */
const OLD_BRAZILIAN = /^([1-9]\d)([6-9]\d{7})$/;

/** The national number that people have today: one person is one number, however old their spelling of it. */
function modernize(callingCode: string, national: string): string {
  if (callingCode === "52") return national.replace(OLD_MEXICAN, "$1");
  if (callingCode === "55") return national.replace(OLD_BRAZILIAN, "$19$2");
  return national;
}

/** E.164 of a national number, or `null` where there is no such number. */
function valid(callingCode: string, national: string | null): string | null {
  if (national === null) return null;
  const modern = modernize(callingCode, national);
  return isValidNumber(callingCode, modern) ? `+${callingCode}${modern}` : null;
}

/**
 * Reads the digits of a number that says its country.
 *
 * @param trunkZero whether it has `(0)` in it, which is dialled inside the country alone.
 * @returns E.164, or `null` where no country has such a number.
 */
export function readInternational(digits: string, trunkZero = false): string | null {
  const callingCode = leadingCallingCode(digits);
  if (callingCode === null) return null;
  const rest = digits.slice(callingCode.length);
  const number = valid(callingCode, rest);
  if (number !== null) return number;
  const [country] = countriesOf(callingCode);
  if (country === undefined) return null;
  const stripped = withoutPrefix(country, rest);
  return (
    valid(callingCode, stripped) ??
    (trunkZero && rest.startsWith("0") ? valid(callingCode, rest.slice(1)) : null)
  );
}

/**
 * The numbers that digits without a country code can be in a place: none where it has no such number, several where
 * they can be read in more than one way (a trunk prefix that may as well be an area code, a calling code without
 * its `+`).
 *
 * @returns E.164, each once.
 */
export function readNational(digits: string, place: PhonePlace): string[] {
  const country = countryOf(place);
  if (country === null) return [];
  const { areaCode } = place;
  const plain = readings(digits, country);
  if (!areaCode || digits.startsWith(areaCode)) {
    return plain.length > 0 || !areaCode ? plain : readings(areaCode + digits, country);
  }
  const withArea = readings(areaCode + digits, country);
  return withArea.length === 0 ? plain : [...new Set([...withArea, ...plain])];
}

/**
 * The number that digits may be where they are none for certain: of a range that the metadata does not know yet.
 *
 * @param isInternational whether the digits begin with a calling code.
 * @returns E.164, or `null` where they are none.
 */
export function readLikely(digits: string, place: PhonePlace, isInternational: boolean): string | null {
  const country = isInternational ? undefined : countryOf(place);
  const callingCode = isInternational ? leadingCallingCode(digits) : country ? callingCodeOf(country) : null;
  if (callingCode === null) return null;
  const rest = isInternational ? digits.slice(callingCode.length) : digits;
  const home = country ?? countriesOf(callingCode)[0];
  const forms = [rest, home ? withoutPrefix(home, rest) : null];
  const national = forms.find((form) => form !== null && isLikelyNumber(callingCode, form));
  return national == null ? null : `+${callingCode}${national}`;
}

function countryOf({ country, callingCode }: PhonePlace): CountryCode | null {
  if (!callingCode) return country;
  // The country says more than the code that it shares with others, where they agree.
  if (country !== null && callingCodeOf(country) === callingCode) return country;
  return countriesOf(callingCode)[0] ?? null;
}

/** How North America writes its numbers: the 1 before ten digits is its calling code, and its trunk prefix. */
const NORTH_AMERICAN = /^1([2-9]\d{2}[2-9]\d{6})$/;

function readings(digits: string, country: CountryCode): string[] {
  const callingCode = callingCodeOf(country);
  const own = new Set<string>();
  const add = (national: string | null) => {
    const number = valid(callingCode, national);
    if (number !== null) own.add(number);
  };
  add(digits);
  add(withoutPrefix(country, digits));
  if (digits.startsWith(callingCode)) {
    const rest = digits.slice(callingCode.length);
    add(rest);
    add(withoutPrefix(country, rest));
  }
  // Mexico's old 1 stands after 52: without it, the same digits may as well be a number of the United States.
  const american = callingCode === "52" ? NORTH_AMERICAN.exec(digits)?.[1] : undefined;
  if (american !== undefined && isValidNumber("1", american)) own.add(`+1${american}`);
  if (own.size > 0) return [...own];
  // `011` is how North America dials abroad, and what its exports have instead of `+`.
  const abroad = digits.startsWith("011") ? readInternational(digits.slice(3)) : null;
  return abroad === null ? [] : [abroad];
}
