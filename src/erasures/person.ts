import { type SQL, sql } from "drizzle-orm";
import { type ErasedPerson, importRejections } from "../db/leads/schema.ts";
import { FIELD_LIST } from "../leads/fields.ts";
import { decodeEntities } from "../leads/normalize/html-entities.ts";
import { foldKey } from "../leads/normalize/invisible-characters.ts";
import type { LeadRow } from "../leads/queries.ts";

/** So many last digits tell a phone, whatever stands before them: some write no country code. */
const TELLING_DIGITS = 8;
/** What people write between the digits of a phone. */
const BETWEEN_DIGITS = " -.()/";

/** What tells a person in files. @param rows their leads: one, and those that were merged into it. */
export function describePerson(rows: LeadRow[]): Omit<ErasedPerson, "places"> {
  const textsOf = (kind: "email" | "phone") =>
    FIELD_LIST.flatMap((field) => (field.kind === kind ? rows.map((row) => row[field.column]) : []));
  const present = <T>(values: (T | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return {
    emails: present(textsOf("email")),
    phones: present(textsOf("phone").map((phone) => phone?.slice(-TELLING_DIGITS) ?? null)),
    importIds: present(rows.map(({ importId }) => importId)),
  };
}

/**
 * So many spaces before it keep the person out of the page of the erasure's row, and in pages of their own, which are
 * freed with it: SQLite copies rows between pages, but never those.
 */
const PADDING = sql.raw("5000");

/** A person as the row of their erasure keeps them. */
export function paddedPerson(person: ErasedPerson): SQL {
  return sql`printf('%${PADDING}s', '') || ${JSON.stringify(person)}`;
}

/** Whether a rejected record has the person in it. */
export function isRejectedOf({ emails, phones }: Pick<ErasedPerson, "emails" | "phones">): SQL {
  const cells = importRejections.cells;
  const bare = [...BETWEEN_DIGITS].reduce(
    (text, mark) => sql`replace(${text}, ${sql.raw(`'${mark}'`)}, '')`,
    sql`${cells}`,
  );
  const any = [
    // E-mails beyond ASCII are compared as they are: SQLite knows no other small letters.
    ...emails.map((email) => sql`instr(lower(${cells}), ${email}) > 0 OR instr(${cells}, ${email}) > 0`),
    ...phones.map((digits) => sql`instr(${bare}, ${digits}) > 0`),
  ];
  return any.length > 0 ? sql`(${sql.join(any, sql` OR `)})` : sql`0`;
}

/** From so many digits on what stands after a phone is another one. */
const PHONE_DIGITS = 7;

/**
 * Whether a text has the person in it, as it stands or as the import reads it: without HTML entities, escapes of JSON
 * and what does not show. Digits that go on are another number.
 */
export function isIn(text: string, { emails, phones }: Pick<ErasedPerson, "emails" | "phones">): boolean {
  const forms = new Set([text, foldKey(decodeEntities(unescapeJson(text)))]);
  return [...forms].some((form) => {
    const small = form.toLowerCase();
    return (
      emails.some((email) => small.includes(email.toLowerCase())) ||
      phones.some((digits) => hasPhone(form, digits))
    );
  });
}

/** Texts in JSON may have any character as `\\u` and four hexadecimal digits (RFC 8259, section 7). */
function unescapeJson(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Whether a text has a number with these last digits, with marks between them or not. */
function hasPhone(text: string, digits: string): boolean {
  for (let at = text.indexOf(digits.charAt(0)); at !== -1; at = text.indexOf(digits.charAt(0), at + 1)) {
    const end = endOfDigits(text, at, digits);
    if (end !== null && isEndOfNumber(text, end)) return true;
  }
  return false;
}

/** Where digits end that begin at a place; `null` where others stand there. */
function endOfDigits(text: string, at: number, digits: string): number | null {
  let place = at;
  for (let index = 0; index < digits.length; place++) {
    const sign = text.charAt(place);
    if (sign === digits.charAt(index)) index++;
    else if (sign === "" || !BETWEEN_DIGITS.includes(sign)) return null;
  }
  return place;
}

/** Whether a number is over: at its end, before the `.0` of a decimal, or before another phone. */
function isEndOfNumber(text: string, end: number): boolean {
  let place = end;
  while (place < text.length && BETWEEN_DIGITS.includes(text.charAt(place))) place++;
  const marks = text.slice(end, place);
  let digits = 0;
  while (digits <= PHONE_DIGITS && isDigit(text, place + digits)) digits++;
  if (digits === 0) return true;
  if (marks === "") return false;
  return digits >= PHONE_DIGITS || (marks === "." && text.charAt(place) === "0" && digits === 1);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
