import type { LeadField } from "../../leads/fields.ts";
import type { LeadRecord } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";

const CLEAR = "[clear]";

/** Whether a cell clears its column on an existing lead: `[clear]`. */
export function isClear(text: string): boolean {
  return text.length === CLEAR.length && text.toLowerCase() === CLEAR;
}

/** Whether a cell of the record clears the field. */
export function isCleared(lead: LeadRecord, field: LeadField): boolean {
  return lead.clears?.fields.includes(field) === true;
}

/** Notes that a record clears what a column holds. */
export function clear(lead: LeadRecord, column: Column): void {
  lead.clears ??= { fields: [], answers: [], customFields: [], tags: false };
  if (column.kind === "field") lead.clears.fields.push(column.field);
  if (column.kind === "full_name") lead.clears.fields.push("first_name", "last_name");
  if (column.kind === "question") lead.clears.answers.push(String(column.question.id));
  if (column.kind === "tags") lead.clears.tags = true;
  if (column.kind === "custom") lead.clears.customFields.push(column.name);
}
