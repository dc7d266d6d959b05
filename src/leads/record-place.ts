import { readCountryOrCode } from "./normalize/countries/read-country.ts";
import type { PhonePlace } from "./normalize/phone/read-phone.ts";
import { isNoContact } from "./normalize/placeholders.ts";

/** Where the phones of a record are from. */
export interface RecordPlace extends PhonePlace {
  /** What the record says of its country that names none, or two: then only a phone with `+` can be read. */
  unknown: string | null;
}

const NOWHERE = { country: null, callingCode: null, areaCode: null };
const NOT_DIGITS = /\D+/g;
const AREA_CODE = /^[\s0(+-]*(\d{1,4})[\s)-]*$/;

/**
 * Says where a record's phones are from: by its calling code and its country, which must agree, else by the
 * company's country. A country that is named but not known is never replaced by the company's.
 *
 * @param company ISO 3166-1 alpha-2 or a name.
 */
export function placeOf(
  country: string | null,
  callingCode: string | null,
  areaCode: string | null,
  company: string | null,
): RecordPlace {
  const area = areaOf(areaCode);
  const said = [callingCode, country].filter((text) => text !== null && !saysNothing(text)) as string[];
  if (said.length === 0) {
    const home = company === null ? null : readCountryOrCode(company);
    return {
      country: home?.country ?? null,
      callingCode: home?.callingCode ?? null,
      areaCode: area,
      unknown: null,
    };
  }
  const readings = said.map(readCountryOrCode);
  const [first, second] = readings;
  const unread = readings.indexOf(null);
  if (!first || unread >= 0 || (second && second.callingCode !== first.callingCode)) {
    return { ...NOWHERE, unknown: unread >= 0 ? (said[unread] ?? "") : said.join(", ") };
  }
  return {
    country: first.country ?? second?.country ?? null,
    callingCode: first.callingCode,
    areaCode: area,
    unknown: null,
  };
}

/** `no` is a word for nothing, and `NO` is Norway. */
function saysNothing(text: string): boolean {
  return readCountryOrCode(text) === null && isNoContact(text);
}

/** The digits of an area code without the trunk prefix. */
function areaOf(text: string | null): string | null {
  if (text === null) return null;
  const digits = AREA_CODE.exec(text)?.[1]?.replace(NOT_DIGITS, "");
  return digits || null;
}
