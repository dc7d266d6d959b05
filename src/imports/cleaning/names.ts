import type { LeadRecord } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { otherHalf, splitName, tidyName } from "../../leads/normalize/person-name.ts";
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
    const { firstName, lastName } = splitName(fullNameText);
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

function joined(first: string | null, second: string): string {
  return first === null ? second : `${first} ${second}`;
}
