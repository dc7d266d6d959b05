import { fieldError } from "../../errors.ts";
import { TEXT_FIELDS, type TextField } from "../fields.ts";
import type { LeadRow } from "../queries.ts";
import type { LeadInput } from "./write-schemas.ts";

/**
 * The columns that are text and nothing else.
 *
 * @param present the lead whose text stays where none is given; without one it is `null`.
 */
export function readTexts(
  input: LeadInput,
  present: LeadRow | null,
): Record<TextField["column"], string | null> {
  const texts = TEXT_FIELDS.map(({ key, column }) => {
    const text = input[key];
    return [column, text === undefined ? (present?.[column] ?? null) : text];
  });
  return Object.fromEntries(texts);
}

/** How many custom fields a lead has at the most. */
const MAX_CUSTOM_FIELDS = 200;

/**
 * Adds custom fields to those that a lead has.
 *
 * @param input by name; `null` removes one.
 * @returns `null` for none.
 * @throws 422 where they become too many.
 */
export function customFieldsOf(
  input: Record<string, string | null>,
  present: Record<string, string>,
): Record<string, string> | null {
  const fields = new Map(Object.entries(present));
  for (const [name, text] of Object.entries(input)) {
    if (text === null) fields.delete(name);
    else fields.set(name, text);
  }
  // A file may have brought more: then none is added, and all others can be changed.
  if (fields.size > Math.max(MAX_CUSTOM_FIELDS, Object.keys(present).length)) {
    const detail = `a lead has at most ${MAX_CUSTOM_FIELDS} custom fields`;
    throw fieldError("invalid_body", "custom_fields", "too_big", detail);
  }
  return fields.size > 0 ? Object.fromEntries(fields) : null;
}
