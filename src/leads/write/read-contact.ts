import { fieldError } from "../../errors.ts";
import { emailSlip, readEmail } from "../normalize/email.ts";
import { isExcelNumber, readPhone } from "../normalize/phone/read-phone.ts";
import { shorten } from "../normalize/shorten.ts";
import { placeOf } from "../record-place.ts";
import type { LeadInput } from "./write-schemas.ts";

/** A lead's contact. */
export interface Contact {
  email: string | null;
  phone: string | null;
  phoneRaw: string | null;
}

/**
 * Reads e-mail and phone by the rules of the import. Other than in a file, a phone that cannot be read is refused
 * even where there is an e-mail: its sender is there to correct it.
 *
 * @param present what the lead has, where it is there already: it stays where nothing is given.
 * @param countries what names the country of a phone without a country code: the lead's, else the company's.
 * @param isKnownOtherwise whether it is a lead without either that stays one: an import by external ids brought it.
 * @throws 422 for an unreadable one, and where neither is left.
 */
export function readContact(
  input: Pick<LeadInput, "email" | "phone">,
  present: Contact,
  countries: [lead: string | null, company: string | null],
  isKnownOtherwise = false,
): Contact {
  const email =
    typeof input.email === "string" ? emailOf(input.email) : input.email === null ? null : present.email;
  const { phone, phoneRaw } =
    typeof input.phone === "string"
      ? phoneOf(input.phone, countries)
      : input.phone === null
        ? { phone: null, phoneRaw: null }
        : present;
  if (email === null && phone === null && !isKnownOtherwise) {
    throw fieldError("invalid_body", "email", "missing_contact", "a lead needs an e-mail or a phone");
  }
  return { email, phone, phoneRaw };
}

function emailOf(text: string): string {
  const email = readEmail(text);
  if (email !== null) return email;
  const detail = `“${shorten(text)}” is not an e-mail address: ${emailSlip(text)}`;
  throw fieldError("invalid_body", "email", "invalid_email", detail);
}

function phoneOf(
  text: string,
  [leadCountry, companyCountry]: [lead: string | null, company: string | null],
): Pick<Contact, "phone" | "phoneRaw"> {
  const place = placeOf(leadCountry, null, null, companyCountry);
  const phone = readPhone(text, place);
  if (phone?.isCertain) return { phone: phone.number, phoneRaw: phone.saysMore ? text : null };
  if (place.unknown !== null) {
    const detail = `“${shorten(text)}” cannot be read: “${shorten(place.unknown)}” is not a known country. Correct it, or write the phone with + and its country code`;
    throw fieldError("invalid_body", "phone", "unknown_country", detail);
  }
  throw isExcelNumber(text)
    ? fieldError("invalid_body", "phone", "excel_number", `“${text}” lost its last digits in a spreadsheet`)
    : fieldError(
        "invalid_body",
        "phone",
        "invalid_phone",
        `“${shorten(text)}” is not a valid phone number: check its digits and add the country code`,
      );
}
