import type { CountryCode } from "libphonenumber-js/core";
import { detach } from "../../../text/detach.ts";
import { foldKey } from "../invisible-characters.ts";
import { callingCodeOf, countriesOf } from "../phone/numbering-plans.ts";
import { countryNamed, hasNumbers } from "./country-names.ts";

/** What a text says about where a phone is from. */
export interface CountryReading {
  /** ISO 3166-1 alpha-2; `null` where it is only a calling code that several countries share. */
  country: CountryCode | null;
  /** Without `+`. */
  callingCode: string;
}

/** Texts repeat: a file has a few countries in a hundred thousand records. */
const MEMORY = 500;
const memory = new Map<string, CountryReading | null>();

/**
 * Gives the country that a text names: an ISO 3166-1 code of two or three letters, a usual name or abbreviation in
 * English, Spanish or Portuguese, a flag, a calling code; or several of these that agree, as `US - United States`,
 * `USA (+1)`.
 *
 * @returns `null` where it names none that has telephone numbers, or several.
 */
export function readCountryOrCode(text: string): CountryReading | null {
  const known = memory.get(text);
  if (known !== undefined) return known;
  const reading = read(text);
  if (memory.size >= MEMORY) memory.clear();
  if (text.length <= 100) memory.set(detach(text), reading);
  return reading;
}

/** The country alone: `null` also for a calling code that several countries share. */
export function readCountry(text: string): CountryCode | null {
  return readCountryOrCode(text)?.country ?? null;
}

const FLAG = /[\u{1F1E6}-\u{1F1FF}]{2}/gu;
const CALLING_CODE = /^(?:\+|00)?(\d{1,3})(?:-(\d{3}))?$/;
const PARTS = / -+ |[()[\]/|,;:]/;
/** A calling code at the end or the start of a name. */
const CODE_BESIDE = /^(?:(\+\d{1,3}) (.+)|(.+) (\+\d{1,3}))$/;

/** In UTF-16 units: no name of a country is longer, in all its spellings beside each other. */
const MAX_LENGTH = 200;

function read(text: string): CountryReading | null {
  if (text.length > MAX_LENGTH) return null;
  const folded = foldKey(text).trim();
  const flags = [...folded.matchAll(FLAG)].map(([flag]) => flag);
  const words = folded.replace(FLAG, " ").trim();
  const whole = words === "" ? undefined : readPart(words);
  const readings = flags.map((flag) => ofCountry(lettersOf(flag)));
  if (whole) {
    readings.push(whole);
  } else if (words !== "") {
    const [, codeBefore, after, before, codeAfter] = CODE_BESIDE.exec(words) ?? [];
    const parts = (
      codeBefore ? [codeBefore, after ?? ""] : codeAfter ? [before ?? "", codeAfter] : words.split(PARTS)
    ).filter((part) => part.trim() !== "");
    if (parts.length < 2) return null;
    readings.push(...parts.map(readPart));
  }
  return agreed(readings);
}

/** What all parts say; one that says nothing, or something else, leaves it open. */
function agreed(readings: (CountryReading | null)[]): CountryReading | null {
  const [first, ...others] = readings;
  if (!first) return null;
  let { country, callingCode } = first;
  for (const other of others) {
    if (other === null || other.callingCode !== callingCode) return null;
    if (country !== null && other.country !== null && country !== other.country) return null;
    country ??= other.country;
    callingCode = other.callingCode;
  }
  return { country, callingCode };
}

function readPart(part: string): CountryReading | null {
  const text = part.trim();
  const [, code, area] = CALLING_CODE.exec(text) ?? [];
  if (code !== undefined) return ofCallingCode(code, area);
  if (text.length === 2 && hasNumbers(text.toUpperCase())) return ofCountry(text.toUpperCase());
  const country = countryNamed(text);
  return country === null ? null : ofCountry(country);
}

function ofCountry(code: string): CountryReading | null {
  return hasNumbers(code) ? { country: code, callingCode: callingCodeOf(code) } : null;
}

/** @param area the first digits of numbers of a part of a calling code's countries, as in `+1-809`. */
function ofCallingCode(digits: string, area: string | undefined): CountryReading | null {
  const callingCode = String(Number(digits));
  const countries = countriesOf(callingCode);
  if (countries.length === 0 || (area !== undefined && callingCode !== "1")) return null;
  return { country: countries.length === 1 ? (countries[0] ?? null) : null, callingCode };
}

/** The two letters that a flag is made of. */
function lettersOf(flag: string): string {
  return [...flag].map((sign) => String.fromCharCode((sign.codePointAt(0) ?? 0) - 0x1f1e6 + 65)).join("");
}
