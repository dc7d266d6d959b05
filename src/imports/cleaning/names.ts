import type { LeadRecord } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { companyAndPerson } from "../../leads/normalize/names/company-and-person.ts";
import { otherHalf, type PersonName, splitName, tidyName } from "../../leads/normalize/names/person-name.ts";
import type { Column } from "../columns/column.ts";
import { keep } from "./values/custom-fields.ts";

/** Puts the parts of a name together; a whole one counts for what they lack, else it is kept. */
export function resolveNames(
  lead: LeadRecord,
  fullName: Column | null,
  fullNameText: string,
  secondName: string | null,
  secondSurname: string | null,
): void {
  if (lead.firstName?.startsWith("~")) lead.firstName = tidyName(lead.firstName);
  if (secondName !== null) lead.firstName = joined(lead.firstName, secondName);
  if (secondSurname !== null) lead.lastName = joined(lead.lastName, secondSurname);
  if (fullName === null) return;
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
function splitWhole(lead: LeadRecord, { header }: Column, text: string): PersonName {
  const parted = text.includes(",") ? companyAndPerson(text, lead.companyName, lead.email) : null;
  if (parted === null) return splitName(text);
  const { company, person } = parted;
  if (person === null) return { firstName: tidyName(text), lastName: null };
  if (lead.companyName === null) {
    lead.companyName = company;
    keep(lead, header, text);
  }
  return splitName(person);
}

function joined(first: string | null, second: string): string {
  return first === null ? second : `${first} ${second}`;
}
