import type { LeadRecord, RecordWarning, Rejection } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { emailSlip, readEmails } from "../../leads/normalize/email.ts";
import { isFakePhone } from "../../leads/normalize/phone/fake-phone.ts";
import { isExcelNumber, phoneReadings, readPhone } from "../../leads/normalize/phone/read-phone.ts";
import { isFakeEmail, isNoContact } from "../../leads/normalize/placeholders.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import type { RecordPlace } from "../../leads/record-place.ts";
import { type Column, RANK } from "../columns/column.ts";
import { keep } from "./values/custom-fields.ts";
import { warn } from "./warnings.ts";

/** A column that holds e-mails or phones. */
export interface ContactSlot {
  field: "email" | "phone";
  header: string;
  /** The custom field for a contact that the lead does not use. */
  name: string;
  /** Whether it may hold the other kind as well. */
  either: boolean;
  /** Whether it is only a fallback for records without another contact: a company's, an owner's. */
  isSpare: boolean;
  /** Its index among a record's contact texts. */
  at: number;
  /** Its place among all columns. */
  index: number;
}

/** The contact columns of a file in the order in which they are looked at. */
export function contactSlots(columns: Column[]): ContactSlot[] {
  const contactColumns = columns.flatMap((column, index) =>
    column.kind === "field" && (column.field === "email" || column.field === "phone")
      ? [{ column, index, field: column.field, rank: column.contact?.rank ?? RANK.ownName }]
      : [],
  );
  return contactColumns
    .map(({ column, index, field, rank }, at) => ({
      rank,
      field,
      header: column.header,
      name: column.name ?? column.header,
      either: column.contact?.either === true,
      isSpare: rank >= RANK.company,
      at,
      index,
    }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at);
}

const VALUE = /value$/;
const LABELS = ["type", "label"];
const FAX = /fax/i;

/**
 * The columns that say what kind of phone others hold, by the place of these: `Phone 1 - Type`, or `- Label`, beside
 * `Phone 1 - Value` in exports of Google Contacts. `null` where a file has none.
 */
export function phoneLabels(
  columns: readonly Column[],
  slots: readonly ContactSlot[],
): Map<number, number> | null {
  const places = new Map(columns.map(({ header }, index) => [header.toLowerCase(), index]));
  const labels = new Map<number, number>();
  for (const { field, header, index } of slots) {
    const name = header.toLowerCase();
    if (field !== "phone" || !VALUE.test(name)) continue;
    for (const label of LABELS) {
      const place = places.get(name.replace(VALUE, label));
      if (place !== undefined) labels.set(index, place);
    }
  }
  return labels.size === 0 ? null : labels;
}

/** The contact columns in the order in which a record's are looked at: what it calls a fax comes last. */
export function faxesLast(
  slots: ContactSlot[],
  labels: ReadonlyMap<number, number>,
  cells: readonly string[],
): ContactSlot[] {
  const isFax = ({ index }: ContactSlot) => {
    const label = labels.get(index);
    return label !== undefined && FAX.test(cells[label] ?? "");
  };
  return slots.some(isFax) ? [...slots.filter((slot) => !isFax(slot)), ...slots.filter(isFax)] : slots;
}

interface Unread {
  slot: ContactSlot;
  text: string;
}

/** In UTF-16 units: nothing longer is an address or a number. */
const MAX_CONTACT_LENGTH = 255;

/**
 * Finds the e-mail and the phone of a record: of each kind the first column that holds one. What else the columns
 * hold is kept as custom fields; what could not be read is a warning, or the reason for rejecting a record
 * that has no contact besides.
 *
 * @param texts the cells of the contact columns, by {@link ContactSlot.at}; `undefined` where blank.
 * @param place where the record's phones are from.
 * @param isKeyed whether the record is identified without either, by an external id.
 */
export function readContacts(
  lead: LeadRecord,
  slots: ContactSlot[],
  texts: (string | undefined)[],
  place: RecordPlace,
  isKeyed = false,
): Rejection | null {
  let unread: Unread[] | null = null;
  let spare: Unread[] | null = null;
  for (const slot of slots) {
    const text = texts[slot.at];
    if (text === undefined || isNoContact(text)) continue;
    if (slot.isSpare) {
      spare ??= [];
      spare.push({ slot, text });
    } else if (!readInto(lead, slot, text, place)) {
      unread ??= [];
      unread.push({ slot, text });
    }
  }
  if (unread !== null) unread = readMisplaced(lead, unread, place);
  if (spare !== null) {
    const failed = readSpare(lead, spare, place);
    if (failed.length > 0) unread = [...(unread ?? []), ...failed];
  }
  if (lead.email === null && lead.phone === null && !isKeyed) {
    return unread === null || unread.length === 0 ? MISSING : rejectionOf(unread, place);
  }
  for (const { slot, text } of unread ?? []) keepUnread(lead, slot, text, place);
  return null;
}

/** Stands for `missing_contact`: the reason names the columns, which are not known here. */
export const MISSING: Rejection = { code: "missing_contact", reason: "" };

/** Reads a cell as its column's kind. @returns whether it is one. */
function readInto(lead: LeadRecord, slot: ContactSlot, text: string, place: RecordPlace): boolean {
  if (text.length > MAX_CONTACT_LENGTH) return false;
  if (slot.either) return readEmailInto(lead, slot, text) || readPhoneInto(lead, slot, text, place);
  return slot.field === "email" ? readEmailInto(lead, slot, text) : readPhoneInto(lead, slot, text, place);
}

function readEmailInto(lead: LeadRecord, slot: ContactSlot, text: string): boolean {
  const reading = readEmails(text);
  if (reading === null) return false;
  if (isFakeEmail(reading.email)) return true;
  if (lead.email !== null) {
    keep(lead, slot.name, text);
  } else {
    lead.email = reading.email;
    if (reading.rest !== null) keep(lead, slot.name, reading.rest);
  }
  return true;
}

function readPhoneInto(lead: LeadRecord, slot: ContactSlot, text: string, place: RecordPlace): boolean {
  const phone = readPhone(text, place);
  if (isFakePhone(text, phone === null ? null : phone.number)) return true;
  if (phone === null) return false;
  if (lead.phone !== null) {
    keep(lead, slot.name, text);
    return true;
  }
  lead.phone = phone.number;
  if (phone.saysMore) lead.phoneRaw = text;
  if (!phone.isCertain) {
    warn(lead, {
      code: "unassigned_phone",
      column: slot.header,
      value: text,
      reason: `${phone.number} is in no range that its country is known to have given out. Check its digits.`,
    });
  }
  return true;
}

/** Looks for the kind that a record lacks in the columns of the other: `Correo` and `Teléfono` filled in crosswise. */
function readMisplaced(lead: LeadRecord, unread: Unread[], place: RecordPlace): Unread[] {
  return unread.filter(({ slot, text }) => {
    if (text.length > MAX_CONTACT_LENGTH) return true;
    const isRead =
      slot.field === "phone"
        ? lead.email === null && readEmailInto(lead, slot, text)
        : lead.phone === null && !slot.either && readPhoneInto(lead, slot, text, place);
    if (isRead) {
      const kind = slot.field === "phone" ? "an e-mail" : "a phone";
      const reason = `The column “${shorten(slot.header)}” has ${kind} in it, which was read as that.`;
      warn(lead, { code: "contact_in_other_column", column: slot.header, value: text, reason });
    }
    return !isRead;
  });
}

/**
 * A company's contact is read for a record that has no other, with a warning; else it is kept.
 *
 * @returns what a record that has no other needs, and could not be read.
 */
function readSpare(lead: LeadRecord, spare: Unread[], place: RecordPlace): Unread[] {
  const isNeeded = lead.email === null && lead.phone === null;
  return spare.filter(({ slot, text }) => {
    if (!isNeeded) {
      keep(lead, slot.name, text);
      return false;
    }
    const { email, phone } = lead;
    if (!readInto(lead, slot, text, place)) return true;
    if (lead.email !== email || lead.phone !== phone) {
      const reason = `The record has no contact but “${shorten(slot.header)}”, which others may share.`;
      warn(lead, { code: "company_contact", column: slot.header, value: text, reason });
    }
    return false;
  });
}

function keepUnread(lead: LeadRecord, slot: ContactSlot, text: string, place: RecordPlace): void {
  warn(lead, { ...slipOf(slot, text, place), column: slot.header, value: text });
  if (slot.field === "phone" && lead.phone === null && lead.phoneRaw === null) lead.phoneRaw = text;
  else keep(lead, slot.name, text);
}

/** Why a record without a readable contact is rejected: its e-mail comes first, as the better key. */
function rejectionOf(unread: Unread[], place: RecordPlace): Rejection {
  const { slot, text } =
    unread.find((one) => one.slot.field === "email" && !one.slot.either) ?? (unread[0] as Unread);
  return { ...slipOf(slot, text, place), cell: slot.index };
}

type Slip = Pick<RecordWarning, "reason"> & {
  code: "invalid_email" | "invalid_phone" | "excel_number" | "unknown_country";
};

function slipOf({ field }: ContactSlot, text: string, place: RecordPlace): Slip {
  const shown = `“${shorten(text)}”`;
  if (field === "email") {
    return { code: "invalid_email", reason: `${shown} is not an e-mail address: ${emailSlip(text)}.` };
  }
  if (isExcelNumber(text)) {
    return {
      code: "excel_number",
      reason: `The phone ${shown} lost its last digits in a spreadsheet: format the column as text, fill in the numbers again and export it again.`,
    };
  }
  if (text.length <= MAX_CONTACT_LENGTH && place.unknown === null) {
    const readings = phoneReadings(text, place);
    if (readings.length > 1) {
      return {
        code: "invalid_phone",
        reason: `${shown} can be read as ${readings.join(" or ")}: write it with + and the country code.`,
      };
    }
  }
  if (place.unknown !== null && NATIONAL.test(text)) {
    return {
      code: "unknown_country",
      reason: `“${shorten(place.unknown)}” is not a known country, so that the phone ${shown} cannot be read: correct the country, or write the phone with + and its country code.`,
    };
  }
  return {
    code: "invalid_phone",
    reason: `${shown} is not a valid phone number: check its digits and add the country code, as in +52 55 1234 5678.`,
  };
}

const NATIONAL = /^[^+]*\d/;

/** A country that is not known is wrong where it stands, not at the phone that could not be read because of it. */
export function locateUnknownCountry(
  rejection: Rejection,
  cells: readonly string[],
  { unknown }: RecordPlace,
  columns: readonly Column[],
): Rejection {
  if (rejection.code !== "unknown_country") return rejection;
  const cell = columns.findIndex(
    (column, index) => saysCountry(column) && cleanCell(cells[index] ?? "") === unknown,
  );
  return cell < 0 ? rejection : { ...rejection, cell };
}

/** Whether a column says where the phones of a record are from. */
function saysCountry(column: Column): boolean {
  if (column.kind === "custom") return column.isCountry === true;
  return column.kind === "field" ? column.field === "country" : column.kind === "phone_country";
}
