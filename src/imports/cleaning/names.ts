import type { LeadRecord } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { companyAndPerson } from "../../leads/normalize/names/company-and-person.ts";
import { isNoName, withoutProgramsHalf } from "../../leads/normalize/names/no-name.ts";
import { otherHalf, type PersonName, splitName, tidyName } from "../../leads/normalize/names/person-name.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import type { Column } from "../columns/column.ts";
import { keep } from "./values/custom-fields.ts";
import { warn } from "./warnings.ts";

/**
 * Puts the parts of a name together; a whole one counts for what they lack, else it is kept. What is no name is kept as
 * a custom field, with a warning.
 */
export function resolveNames(
  lead: LeadRecord,
  columns: readonly Column[],
  fullName: Column | null,
  fullNameText: string,
  secondName: string | null,
  secondSurname: string | null,
): void {
  if (lead.firstName?.startsWith("~")) lead.firstName = tidyName(lead.firstName);
  lead.firstName = nameOrNull(lead, columns, "field", "first_name", lead.firstName);
  lead.lastName = nameOrNull(lead, columns, "field", "last_name", lead.lastName);
  const second = nameOrNull(lead, columns, "name_part", "first_name", secondName);
  const surname = nameOrNull(lead, columns, "name_part", "last_name", secondSurname);
  if (second !== null) lead.firstName = joined(lead.firstName, second);
  if (surname !== null) lead.lastName = joined(lead.lastName, surname);
  if (fullName === null) return;
  if (isNoName(fullNameText)) {
    keepNoName(lead, fullName.header, fullNameText);
    return;
  }
  if (lead.firstName === null && lead.lastName === null) {
    const { firstName, lastName } = splitWhole(lead, fullName, fullNameText);
    lead.firstName = firstName === null ? null : cleanCell(firstName);
    lead.lastName = lastName === null ? null : cleanCell(lastName);
    return;
  }
  const known = lead.firstName ?? lead.lastName;
  const missing = lead.firstName === null || lead.lastName === null;
  const half = missing && known !== null ? otherHalf(fullNameText, known) : null;
  if (half === null) {
    keep(lead, fullName.header, fullNameText);
  } else if (lead.firstName === null) lead.firstName = cleanCell(half);
  else lead.lastName = cleanCell(half);
}

/** Splits a whole name. One with a company before it is kept too, where the record says nothing else of that. */
function splitWhole(lead: LeadRecord, column: Column, text: string): PersonName {
  const { header } = column;
  const isCompanyFirst = column.kind === "full_name" && column.isCompanyFirst === true;
  const parted = text.includes(",")
    ? companyAndPerson(text, lead.companyName, lead.email, isCompanyFirst)
    : null;
  if (parted === null) return splitName(withoutProgramsHalf(text));
  const { company, person } = parted;
  if (person === null) return { firstName: tidyName(text), lastName: null };
  if (lead.companyName === null) {
    lead.companyName = company;
    keep(lead, header, text);
  }
  return splitName(person);
}

/** A part of a name, `null` where there is none, or what is there is no name. */
function nameOrNull(
  lead: LeadRecord,
  columns: readonly Column[],
  kind: "field" | "name_part",
  field: "first_name" | "last_name",
  text: string | null,
): string | null {
  if (text === null || !isNoName(text)) return text;
  const column = columns.find((one) => one.kind === kind && one.field === field);
  keepNoName(lead, column?.header ?? field, text);
  return null;
}

function keepNoName(lead: LeadRecord, header: string, text: string): void {
  keep(lead, header, text);
  const reason = `“${shorten(text)}” is no person's name. It is kept as the custom field “${shorten(header)}”.`;
  warn(lead, { code: "invalid_name", column: header, value: text, reason });
}

function joined(first: string | null, second: string): string {
  return first === null ? second : `${first} ${second}`;
}
