import { type CountryCode, Metadata, type MetadataJson } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/max/metadata";

/**
 * The numbering plans of libphonenumber's full metadata. Its patterns are compiled once an isolate, and only those
 * of countries that are asked for: the library's own functions compile them with each call, which is half of what
 * cleaning a record would cost.
 */
interface NumberingPlan {
  callingCode: string;
  /** What a whole national number looks like. */
  general: RegExp;
  /** What numbers of each kind (mobile, fixed line, …) look like, with their lengths where these are said. */
  kinds: { pattern: RegExp; lengths: number[] | undefined }[];
  /** Where several regions share a calling code: what the numbers of this one begin with. */
  leading: RegExp | null;
  /** Trunk prefixes and carrier codes, as they are dialled inside the country. */
  prefix: RegExp | null;
  transform: string | undefined;
  /** The one length that all fixed and mobile numbers have, where there is one. */
  length: number | null;
}

/** What the library's class has of a plan; its type names less. */
interface LibraryPlan {
  callingCode(): string;
  nationalNumberPattern(): string;
  leadingDigits(): string | undefined;
  possibleLengths(): number[];
  nationalPrefixForParsing(): string | undefined;
  nationalPrefixTransformRule(): string | undefined;
  type(name: string): { pattern(): string | undefined; possibleLengths(): number[] | undefined } | undefined;
}

const KINDS = [
  "FIXED_LINE",
  "MOBILE",
  "PREMIUM_RATE",
  "TOLL_FREE",
  "SHARED_COST",
  "VOIP",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
];

const { country_calling_codes: REGIONS, nonGeographic: WORLDWIDE = {} } = metadata as unknown as {
  country_calling_codes: Record<string, CountryCode[]>;
  nonGeographic?: Record<string, unknown>;
};

const plans = new Map<string, NumberingPlan>();

/** @param of a country, ISO 3166-1 alpha-2, or the calling code of a service that has no country. */
function planOf(of: string): NumberingPlan {
  let plan = plans.get(of);
  if (plan === undefined) {
    plan = compile(of);
    plans.set(of, plan);
  }
  return plan;
}

function compile(of: string): NumberingPlan {
  const library = new Metadata(metadata as unknown as MetadataJson);
  library.selectNumberingPlan(of as CountryCode);
  const plan = library.numberingPlan as unknown as LibraryPlan;
  const prefix = plan.nationalPrefixForParsing();
  const leading = plan.leadingDigits();
  return {
    callingCode: plan.callingCode(),
    general: new RegExp(`^(?:${plan.nationalNumberPattern()})$`),
    kinds: KINDS.flatMap((name) => {
      const kind = plan.type(name);
      const pattern = kind?.pattern();
      return pattern ? [{ pattern: new RegExp(`^(?:${pattern})$`), lengths: kind?.possibleLengths() }] : [];
    }),
    leading: leading ? new RegExp(`^(?:${leading})`) : null,
    prefix: prefix ? new RegExp(`^(?:${prefix})`) : null,
    transform: plan.nationalPrefixTransformRule() || undefined,
    length: onlyLength(plan),
  };
}

function onlyLength(plan: LibraryPlan): number | null {
  const lengths = new Set(
    ["FIXED_LINE", "MOBILE"].flatMap((name) => {
      const kind = plan.type(name);
      return kind?.pattern() ? (kind.possibleLengths() ?? plan.possibleLengths()) : [];
    }),
  );
  const [length] = lengths;
  return lengths.size === 1 && length !== undefined ? length : null;
}

/** The calling code of a country, without `+`. */
export function callingCodeOf(country: CountryCode): string {
  return planOf(country).callingCode;
}

/** The countries that share a calling code, its main one first; none for a code that no country has. */
export function countriesOf(callingCode: string): readonly CountryCode[] {
  return Object.hasOwn(REGIONS, callingCode) ? (REGIONS[callingCode] ?? []) : [];
}

/** The calling code that the digits of an international number begin with. No code is the start of another. */
export function leadingCallingCode(digits: string): string | null {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length);
    if (Object.hasOwn(REGIONS, code) || Object.hasOwn(WORLDWIDE, code)) return code;
  }
  return null;
}

/** Whether a country, or a service, has the national number, by the full metadata. */
export function isValidNumber(callingCode: string, national: string): boolean {
  const countries = countriesOf(callingCode);
  for (const country of countries) {
    const plan = planOf(country);
    if (plan.leading === null) {
      if (isValidIn(plan, national)) return true;
    } else if (plan.leading.test(national)) {
      return isValidIn(plan, national);
    }
  }
  return countries.length === 0 && Object.hasOwn(WORLDWIDE, callingCode)
    ? isValidIn(planOf(callingCode), national)
    : false;
}

/** The metadata is complete for these countries: a number that it lacks is not valid. */
const KNOWN_IN_FULL = new Set(["1", "52"]);

/**
 * Whether a number that is not valid may be one of a range that was given out since: the country's numbers all have
 * one length, which it has, and begin as it does.
 */
export function isLikelyNumber(callingCode: string, national: string): boolean {
  const [country, ...others] = countriesOf(callingCode);
  if (country === undefined || others.length > 0 || KNOWN_IN_FULL.has(callingCode)) return false;
  const { length, general } = planOf(country);
  return national.length === length && general.test(national);
}

function isValidIn({ general, kinds }: NumberingPlan, national: string): boolean {
  if (!general.test(national)) return false;
  return kinds.some(
    ({ pattern, lengths }) =>
      (lengths === undefined || lengths.includes(national.length)) && pattern.test(national),
  );
}

/** A number as it is dialled inside a country without its trunk prefix and carrier code; `null` where it has none. */
export function withoutPrefix(country: CountryCode, digits: string): string | null {
  const { prefix, transform } = planOf(country);
  const match = prefix?.exec(digits);
  if (!match || prefix === null) return null;
  const captured = match.length > 1 && match.at(-1) !== undefined;
  const rest =
    transform !== undefined && captured ? digits.replace(prefix, transform) : digits.slice(match[0].length);
  return rest === digits ? null : rest;
}
