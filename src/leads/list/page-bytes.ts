import { type SQL, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";

/** What a page of leads may weigh in notes, answers, custom fields and tags: one lead alone can be 1 MB and more. */
export const PAGE_BYTES = 4 * 1024 * 1024;

/** What each row says beside its lead: how many rows the page would have if bytes did not count. */
export const ROWS_FOUND = "rows_found";

/**
 * A page that ends where it gets too heavy, one lead at the least: what is beyond never leaves the database.
 *
 * @param rows the select of a page of leads in its order, with its limit.
 */
export function endByBytes(rows: SQL) {
  const bytes = sql.raw(
    ["notes", "answers", "custom_fields", "tags"]
      .map((column) => `coalesce(octet_length("${column}"), 0)`)
      .join(" + "),
  );
  const query = sql`
    SELECT * FROM (
      SELECT *, sum(${bytes}) OVER (ROWS UNBOUNDED PRECEDING) - (${bytes}) AS bytes_before,
        count(*) OVER () AS ${sql.raw(ROWS_FOUND)}
      FROM (${rows}))
    WHERE bytes_before < ${sql.raw(String(PAGE_BYTES))}`;
  return { toSQL: () => queryBuilder.all(query).getQuery() };
}
