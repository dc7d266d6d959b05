import { type SQL, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { leadColumns } from "../queries.ts";

/** What a page of leads may weigh in notes, answers, custom fields and tags: one lead alone can be 1 MB and more. */
export const PAGE_BYTES = 1024 * 1024;

/** Up to here a page costs so little memory that it is read at once. */
const LIGHT_PAGE_BYTES = 256 * 1024;

/** What each row says beside its lead: whether it is too heavy for the page, and without its long texts. */
export const WITHHELD = "withheld";

/** The columns of a page of leads. */
export const pageColumns = {
  ...leadColumns,
  [WITHHELD]: sql<number>``.as(WITHHELD),
};

/** The columns whose size has hardly a limit. */
const LONG_TEXTS = ["notes", "answers", "customFields", "tags"];

/** What a page binds that is read at once, and one that waits until there is space for it. */
export const LIGHT_PAGE = { pageBytes: LIGHT_PAGE_BYTES, firstBytes: LIGHT_PAGE_BYTES };
export const HEAVY_PAGE = { pageBytes: PAGE_BYTES, firstBytes: Number.MAX_SAFE_INTEGER };

/**
 * A page that ends where it gets heavier than `pageBytes`, its first lead than `firstBytes`: what is beyond never
 * leaves the database. Where it does, its last row is without long texts and says so. All is counted in one window,
 * since SQLite copies the rows once for each.
 *
 * @param rows the select of a page of leads in its order, with its limit.
 * @param names what its columns are called.
 */
export function endByBytes(rows: SQL, names: readonly string[]) {
  const shown = names.map((name) =>
    LONG_TEXTS.includes(name) ? `iif(${WITHHELD}, NULL, "${name}") AS "${name}"` : `"${name}"`,
  );
  const bytes = LONG_TEXTS.map((name) => `coalesce(octet_length("${name}"), 0)`).join(" + ");
  const [pageBytes, firstBytes] = [sql.placeholder("pageBytes"), sql.placeholder("firstBytes")];
  const query = sql`
    SELECT ${sql.raw([...shown, WITHHELD].join(", "))} FROM (
      SELECT *, iif(place = 1, bytes > ${firstBytes}, bytes_up_to > ${pageBytes}) AS ${sql.raw(WITHHELD)} FROM (
        SELECT *, ${sql.raw(bytes)} AS bytes, sum(${sql.raw(bytes)}) OVER before AS bytes_up_to,
          count(*) OVER before AS place
        FROM (${rows}) WINDOW before AS (ROWS UNBOUNDED PRECEDING)))
    WHERE place <= 2 OR bytes_up_to - bytes <= ${pageBytes}`;
  return { toSQL: () => queryBuilder.all(query).getQuery() };
}
