import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** D1 accepts at most five parts of a compound select. */
const MOST_PARTS = 4;

/**
 * A query for the rows of a few owners. Each has a part of its own, which an index has in order, and SQLite
 * merges parts that are in order: a page reads as many rows as it has. Of more owners the rows are sorted.
 *
 * @param owners ids.
 * @param part the query for the rows of which a column holds an owner; it makes that condition of the column.
 * @param bound what to bind instead of the ids, for SQL that is written once: each by its place, or all as JSON.
 */
export function mergedRows(
  owners: readonly number[],
  part: (isOwner: (column: SQL) => SQL) => SQL,
  bound?: { one: (index: number) => SQLWrapper; all: SQLWrapper },
): SQL {
  if (owners.length === 0 || owners.length > MOST_PARTS) {
    const all = bound?.all ?? JSON.stringify(owners);
    return part((column) => sql`${column} IN (SELECT value FROM json_each(${all}))`);
  }
  const parts = owners.map((owner, index) =>
    part((column) => sql`${column} = ${bound?.one(index) ?? owner}`),
  );
  return sql.join(parts, sql` UNION ALL `);
}
