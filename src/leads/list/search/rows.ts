import { type SQL, sql } from "drizzle-orm";
import { STORE_SPAN } from "../../../db/leads/provision.ts";
import { leads } from "../../../db/leads/schema.ts";
import { FIELD_LIST, type Field } from "../../fields.ts";

/**
 * Rows of the index of leads: each has the number of its company in the store in the upper bits of its id, and the
 * lead's own id within the store in the lower ones.
 */

const ID_BITS = sql.raw("40");
const ID_MASK = sql.raw("1099511627775");
const SPAN = sql.raw(String(STORE_SPAN));

/** What the index has of a lead `l`, in the order of its columns: the fields that are searched there. */
const WORDS = sql.raw(
  (["name", "email", "phone", "company"] as const)
    .map((index) => {
      const texts = FIELD_LIST.filter(({ search }) => search === index).map(({ column }) => textOf(column));
      return texts.length === 1 ? texts : `concat_ws(' ', ${texts})`;
    })
    .join(", "),
);

/** A phone that could not be read is found as it was written. */
function textOf(column: Field["column"]): string {
  return column === "phone" ? "coalesce(l.phone, l.phone_raw)" : `l.${leads[column].name}`;
}

/** The id that a lead has within its store; beyond any lead's there is {@link LAST_PLACE}. */
export function placeInStore(leadId: number): number {
  return leadId % STORE_SPAN;
}

export const LAST_PLACE = STORE_SPAN;

/** The row that would be at a place of a company; a company that has no lead in the index has no row. */
export function rowAt(companyId: unknown, place: unknown): SQL {
  return sql`(coalesce((SELECT number FROM search_companies WHERE company_id = ${companyId}), 0) << ${ID_BITS} | ${place})`;
}

/** The lead of a row of `lead_search`. @param store the number of the lead store. */
export function leadOfRow(store: unknown): SQL {
  return sql`(lead_search.rowid & ${ID_MASK}) + ${store} * ${SPAN}`;
}

/** The companies of leads: each gets a number with its first one. @param ids a select of one column. */
export function companiesOf(ids: SQL): SQL {
  return sql`SELECT DISTINCT NULL, l.company_id FROM leads l WHERE l.id IN (${ids})`;
}

/** The rows of leads as they stand in that moment, whose companies have their numbers. @param ids as above. */
export function rowsOf(ids: SQL): SQL {
  return sql`
    SELECT c.number << ${ID_BITS} | l.id % ${SPAN} AS "row", ${WORDS}
    FROM leads l JOIN search_companies c ON c.company_id = l.company_id
    WHERE l.id IN (${ids})
    ORDER BY 1`;
}
