import { is, type SQL } from "drizzle-orm";
import { getTableConfig, SQLiteColumn } from "drizzle-orm/sqlite-core";
import { customFields, leads, leadTags } from "../../db/leads/schema.ts";
import { LEAST_BYTES, overwriteStatements } from "./freed-pages.ts";

/** The indexes that have texts of leads in them. */
export const TEXT_INDEXES = [leads, leadTags, customFields].flatMap((table) =>
  getTableConfig(table)
    .indexes.filter(({ config }) => config.columns.some(isText))
    .map(({ config }) => config.name),
);

function isText(column: SQLiteColumn | SQL): boolean {
  return is(column, SQLiteColumn) && column.dataType === "string";
}

/** More than a lead takes in all of them together. */
const BYTES_OF_LEAD = 300;

/**
 * Makes indexes again in which leads stand with their own texts, in pages that were written over before: what
 * SQLite left of keys in the gaps of the old ones goes with these. It is one transaction: nobody sees a store
 * without them.
 *
 * @param leadCount how many leads the store has at most; for a million of them it stands still for some 4 s where
 * these are all indexes with texts, and for one where it is one of them.
 * @returns how many bytes that wrote, at most.
 */
export async function rebuildIndexes(
  client: D1Database,
  leadCount: number,
  names: readonly string[] = TEXT_INDEXES,
): Promise<number> {
  const bytes = Math.max(LEAST_BYTES, leadCount * BYTES_OF_LEAD);
  const { results } = await client
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name IN (SELECT value FROM json_each(?))",
    )
    .bind(JSON.stringify(names))
    .all<{ name: string; sql: string }>();
  await client.batch([
    // Fails, with all that follows, where a migration has changed one meanwhile.
    ...results.map(({ name, sql }) =>
      client
        .prepare(
          "SELECT json(iif(EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ? AND sql = ?), '1', 'changed'))",
        )
        .bind(name, sql),
    ),
    ...results.map(({ name }) => client.prepare(`DROP INDEX ${name}`)),
    ...overwriteStatements(client, bytes),
    ...results.map(({ sql }) => client.prepare(sql)),
  ]);
  return 2 * bytes;
}
