import { cleanCell } from "../../../leads/normalize/clean-cell.ts";
import { readEmail } from "../../../leads/normalize/email.ts";
import { type PhonePlace, readPhone } from "../../../leads/normalize/phone/read-phone.ts";
import { isNoContact } from "../../../leads/normalize/placeholders.ts";

/** The kinds of values in the sampled cells of a column. */
export interface ValueKinds {
  filled: number;
  emails: number;
  phones: number;
  /** Phones that are written as such, with `+`, brackets or spaces: a bare number may be an order's as well. */
  spelledPhones: number;
  /** How many different e-mails and phones there are. */
  distinct: number;
}

/** The share of a column's cells that must be of a kind for the column to be it. */
const MOST = 0.8;
const MAX_LENGTH = 255;
const SPELLED = /^\+|\d[ ().-]+\d/;

/** Reads what the cells of a column are, placeholders and blank ones aside. */
export function readValueKinds(records: string[][], index: number, place: PhonePlace): ValueKinds {
  const kinds: ValueKinds = { filled: 0, emails: 0, phones: 0, spelledPhones: 0, distinct: 0 };
  const contacts = new Set<string>();
  for (const record of records) {
    const text = cleanCell(record[index] ?? "");
    if (text === null || text.length > MAX_LENGTH || isNoContact(text)) continue;
    kinds.filled++;
    const email = readEmail(text);
    const phone = email === null ? readPhone(text, place) : null;
    if (email !== null) {
      kinds.emails++;
      contacts.add(email);
    } else if (phone?.isCertain) {
      kinds.phones++;
      contacts.add(phone.number);
      if (SPELLED.test(text)) kinds.spelledPhones++;
    }
  }
  kinds.distinct = contacts.size;
  return kinds;
}

/** Whether the values differ between records: one that repeats in most of them identifies no person. */
export function areOwn({ emails, phones, distinct }: ValueKinds): boolean {
  const contacts = emails + phones;
  return contacts < 2 || distinct > contacts / 2;
}

/** Whether most cells are e-mail addresses. */
export function areEmails({ filled, emails }: ValueKinds): boolean {
  return filled > 0 && emails >= MOST * filled;
}

/** Whether most cells are e-mails or phones, and most of these differ. */
export function areContacts(kinds: ValueKinds): boolean {
  const contacts = kinds.emails + kinds.phones;
  return contacts > 0 && contacts >= MOST * kinds.filled && areOwn(kinds);
}

/** Whether hardly any cell is an e-mail or a phone. */
export function areNoContacts({ filled, emails, phones }: ValueKinds): boolean {
  return emails + phones <= (1 - MOST) * filled;
}

/**
 * Whether most cells are phones.
 *
 * @param mayBeBare whether digits alone count: where the header does not speak against it.
 */
export function arePhones({ filled, phones, spelledPhones }: ValueKinds, mayBeBare: boolean): boolean {
  return filled > 0 && phones >= MOST * filled && (mayBeBare || spelledPhones >= phones / 2);
}

const DAY_AND_MONTH = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}(?!\d)/;

/**
 * In which order the numeric dates of a column have day and month, where its sampled cells tell: some have a number
 * over 12 in one place, and none in the other.
 */
export function dateOrderOf(records: string[][], index: number): "day" | "month" | null {
  let dayFirst = false;
  let monthFirst = false;
  for (const record of records) {
    const [, first, second] = DAY_AND_MONTH.exec(cleanCell(record[index] ?? "") ?? "") ?? [];
    if (Number(first) > 12) dayFirst = true;
    if (Number(second) > 12) monthFirst = true;
  }
  if (dayFirst === monthFirst) return null;
  return dayFirst ? "day" : "month";
}
