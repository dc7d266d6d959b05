import type { LeadRecord } from "../../leads/lead-record.ts";
import { readEmail } from "../../leads/normalize/email.ts";
import { readPhone } from "../../leads/normalize/phone/read-phone.ts";
import { isFakeEmail } from "../../leads/normalize/placeholders.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import type { RecordPlace } from "../../leads/record-place.ts";
import type { Column } from "../columns/column.ts";
import type { ContactSlot } from "./contacts.ts";
import { keep } from "./values/custom-fields.ts";
import { warn } from "./warnings.ts";

const NINE = "9".charCodeAt(0);

/** Whether a name may be an e-mail or a phone: all others are told by one look. */
export function mayBeContact(name: string | null): boolean {
  return name !== null && (name.includes("@") || name.charCodeAt(0) <= NINE);
}

/** A record whose names are looked at, and its contact cells. */
interface Named {
  lead: LeadRecord;
  columns: readonly Column[];
  slots: readonly ContactSlot[];
  texts: readonly (string | undefined)[];
  place: RecordPlace;
}

/**
 * Takes e-mails and phones out of the names of a record: `ana@x.com` under `Nombre`, `Bea <bea@x.com>`. Where the record
 * has none in its own columns, it is the record's, with a warning; else it is kept as a custom field.
 *
 * @param fullName the whole name; `""` where there is none.
 * @returns what is left of it.
 */
export function extractContacts(named: Named, fullName: string): string {
  const { lead, columns } = named;
  for (const field of ["firstName", "lastName"] as const) {
    const name = lead[field];
    if (name === null || !mayBeContact(name)) continue;
    const target = field === "firstName" ? "first_name" : "last_name";
    const column = columns.find(
      ({ kind, ...one }) => kind === "field" && "field" in one && one.field === target,
    );
    lead[field] = extractContact(named, name, column?.header ?? target) || null;
  }
  if (!mayBeContact(fullName)) return fullName;
  return extractContact(
    named,
    fullName,
    columns.find(({ kind }) => kind === "full_name")?.header ?? "full_name",
  );
}

const LETTER = /\p{L}/u;

function extractContact(named: Named, text: string, header: string): string {
  const { lead, place } = named;
  const email = text.includes("@") ? readEmail(text) : null;
  const phone = email === null && !LETTER.test(text) ? readPhone(text, place) : null;
  if (email === null && !phone?.isCertain) return text;
  if (email !== null && lead.email === null && !isFakeEmail(email) && !hasOwn(named, "email"))
    lead.email = email;
  else if (phone !== null && lead.phone === null && !hasOwn(named, "phone")) lead.phone = phone.number;
  else {
    keep(lead, header, text);
    return withoutAddress(text);
  }
  const reason = `The column “${shorten(header)}” has ${email === null ? "a phone" : "an e-mail"} in it, which was read as that.`;
  warn(lead, { code: "contact_in_other_column", column: header, value: text, reason });
  return withoutAddress(text);
}

/** Whether a column of contacts, a company's aside, holds one of a kind. */
function hasOwn({ slots, texts, place }: Named, kind: "email" | "phone"): boolean {
  return slots.some(({ at, isSpare }) => {
    const text = texts[at];
    if (text === undefined || isSpare) return false;
    if (kind === "phone") return readPhone(text, place) !== null;
    const email = readEmail(text);
    return email !== null && !isFakeEmail(email);
  });
}

const SPACES = /\s+/;
/** What people put around a name or an address. */
const MARKS = /^["'<([“‘]|["'>)\],;:”’]$/g;

/** What a name has besides an address; `""` for a phone. */
function withoutAddress(text: string): string {
  if (!text.includes("@")) return "";
  const words = text.split(SPACES).filter((word) => !word.includes("@"));
  return words
    .map((word) => word.replace(MARKS, ""))
    .join(" ")
    .trim();
}
