import type { LeadInput } from "./write-schemas.ts";
import { wrongField } from "./wrong-field.ts";

const COLUMNS = {
  first_name: "firstName",
  last_name: "lastName",
  company_name: "companyName",
  job_title: "jobTitle",
  city: "city",
  state: "state",
  country: "country",
  source: "source",
  notes: "notes",
  external_id: "externalId",
} as const;

type PlainColumns = Partial<Record<(typeof COLUMNS)[keyof typeof COLUMNS], string | null>>;

/** The columns that are text and nothing else, as far as they are given. */
export function plainColumns(given: LeadInput): PlainColumns {
  const columns: PlainColumns = {};
  for (const [field, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, keyof PlainColumns][]) {
    const text = given[field];
    if (text !== undefined) columns[column] = text;
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
    throw wrongField(["custom_fields"], "too_big", `a lead has at most ${MAX_CUSTOM_FIELDS} custom fields`);
  }
  return fields.size > 0 ? Object.fromEntries(fields) : null;
}
