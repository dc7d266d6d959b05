import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";

export interface Phone {
  /** E.164: `+525512345678`. */
  number: string;
  /** Whether the text says more than the number: an extension, a word. */
  saysMore: boolean;
}

/** `="5512345678"` and `'5512345678` keep a spreadsheet from taking the text for a number. */
const FORCED_TEXT = /^(?:="([^"]*)"|'(.*))$/s;
/** What exports write before a number: `tel:` (RFC 3966), `p:` (Facebook Lead Ads), `whatsapp:` (Twilio). */
const PREFIX = /^(?:tel|p|phone|whatsapp):\s*/i;
/** A whole number that went through floating point: `5512345678.0`. */
const FLOAT = /^(\+?\d{7,})[.,]0+$/;
const DOUBLE_ZERO = /^\(?00\)?[\s-]*/;
/** Mexican mobile numbers as they were dialled until August 2019, when the `1`, `01`, `044` and `045` went. */
const OLD_MEXICAN = /^\+52(?:1|01|04[45])(\d{10})$/;
const SCIENTIFIC = /^[+-]?\d(?:[.,]\d+)?E\+?\d{1,2}$/i;

/**
 * Reads a phone number, or gives `null` when the text holds no valid one.
 *
 * @param country where a number without a country code is from; `null` when unknown.
 */
export function readPhone(text: string, country: CountryCode | null): Phone | null {
  // The digits of an e-mail address would pass for a number.
  if (text.includes("@")) return null;
  const bare = text
    .replace(FORCED_TEXT, "$1$2")
    .replace(PREFIX, "")
    .replace(FLOAT, "$1")
    .replace(DOUBLE_ZERO, "+");

  const phone = parse(bare, country);
  if (phone === undefined) return null;
  const number = phone.isValid() ? phone.number : modernMexican(phone.number);
  if (number === null) return null;
  return { number, saysMore: phone.ext !== undefined || /\p{L}/u.test(bare) };
}

/** Whether the text is what a spreadsheet makes of a long number, its last digits gone: `5.2155E+11`. */
export function isExcelNumber(text: string): boolean {
  return SCIENTIFIC.test(text);
}

function parse(text: string, country: CountryCode | null) {
  return country === null ? parsePhoneNumberFromString(text) : parsePhoneNumberFromString(text, country);
}

function modernMexican(number: string): string | null {
  const digits = OLD_MEXICAN.exec(number)?.[1];
  if (digits === undefined) return null;
  const modern = `+52${digits}`;
  return parse(modern, null)?.isValid() ? modern : null;
}
