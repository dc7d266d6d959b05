import { type SQL, sql } from "drizzle-orm";

/** In characters: no number and no date is longer. */
const LONGEST = 40;

const YES_OR_NO = ["true", "false", "yes", "no", "sí", "si", "não", "nao", "sim"];

/**
 * What a text looks like, as SQL: one of `CUSTOM_FIELD_KINDS` of the schema. It is a hint for a person who filters by
 * it, not how the text is read: a phone in digits is a number here.
 */
export function valueKind(text: SQL): SQL {
  return sql`CASE
    WHEN length(${text}) > ${sql.raw(String(LONGEST))} THEN 'text'
    WHEN lower(${text}) IN (${sql.raw(YES_OR_NO.map((word) => `'${word}'`).join(", "))}) THEN 'boolean'
    WHEN ${text} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN 'date'
    WHEN ${text} GLOB '[0-9]*/[0-9]*/[0-9][0-9]*' AND ${text} NOT GLOB '*[^0-9/: ]*' THEN 'date'
    WHEN ${text} GLOB '*[0-9]*' AND ${text} NOT GLOB '*[^-+0-9.,]*' AND ${text} NOT GLOB '?*[-+]*' THEN 'number'
    ELSE 'text' END`;
}
