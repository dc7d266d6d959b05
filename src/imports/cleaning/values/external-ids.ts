import type { LeadRecord } from "../../../leads/lead-record.ts";
import { allDigits, isExcelNumber } from "../../../leads/normalize/phone/read-phone.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import { limited } from "../../columns/column-names.ts";
import { warn } from "../warnings.ts";
import { keep } from "./custom-fields.ts";

/** What a spreadsheet shows of a long number; `4E10` may be an id of its own. */
const LIKE_A_NUMBER = /^[+-]?\d(?:[.,]\d+e|e\+)/i;
/** An apostrophe that kept a spreadsheet from taking the id for a number. */
const GUARD = /^['‘’](?=[\p{L}\p{N}+-])/u;

/**
 * Reads an external id: without the apostrophe that guards it in a spreadsheet. One that lost its last digits there
 * would be the key of several people: it becomes a custom field, with a warning.
 *
 * @returns whether it is an id.
 */
export function readExternalId(lead: LeadRecord, text: string, header: string): boolean {
  const id = GUARD.test(text) ? text.slice(1) : text;
  if (!LIKE_A_NUMBER.test(id)) {
    lead.externalId = id;
    return true;
  }
  if (!isExcelNumber(id)) {
    lead.externalId = allDigits(id) ?? id;
    return true;
  }
  keep(lead, limited(header), text);
  warn(lead, { code: "excel_number", column: header, value: text, reason: lostDigits(text) });
  return false;
}

/** Says of an external id what became of it. */
export function lostDigits(id: string): string {
  return `The id “${shorten(id)}” lost its last digits in a spreadsheet: format the column as text, fill in the ids again and export it again.`;
}
