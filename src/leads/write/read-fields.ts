import { fieldError } from "../../http/errors.ts";
import { TEXT_PROPERTIES } from "../lead-record.ts";
import type { LeadInput } from "./write-schemas.ts";

type PlainField = keyof typeof TEXT_PROPERTIES;
type PlainColumns = Partial<Record<(typeof TEXT_PROPERTIES)[PlainField], string | null>>;

/** The columns that are text and nothing else, as far as they are given. */
export function plainColumns(given: LeadInput): PlainColumns {
  const columns: PlainColumns = {};
  for (const field of Object.keys(TEXT_PROPERTIES) as PlainField[]) {
    const text = given[field];
    if (text !== undefined) columns[TEXT_PROPERTIES[field]] = text;
  }
  return columns;
}

/** How many custom fields a lead has at the most. */
const MAX_CUSTOM_FIELDS = 200;

/**
 * Puts custom fields to those that a lead has.
 *
 * @param given by name; `null` takes one away.
 * @returns `null` for none.
 * @throws 422 where they become too many.
 */
export function customFieldsOf(
  given: Record<string, string | null>,
  present: Record<string, string>,
): Record<string, string> | null {
  const fields = new Map(Object.entries(present));
  for (const [name, text] of Object.entries(given)) {
    if (text === null) fields.delete(name);
    else fields.set(name, text);
  }
  if (fields.size > MAX_CUSTOM_FIELDS) {
    const detail = `a lead has at most ${MAX_CUSTOM_FIELDS} custom fields`;
    throw fieldError("invalid_body", "custom_fields", "too_big", detail);
  }
  return fields.size > 0 ? Object.fromEntries(fields) : null;
}
