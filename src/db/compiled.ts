import { Column, fillPlaceholders, type GetColumnData, type SQL } from "drizzle-orm";
import { lruCache } from "../lru-cache.ts";

/** What a query selects: columns, and expressions with an alias. */
type Selection = Record<string, Column | SQL.Aliased>;

/** A row of a selection. */
export type RowOf<S extends Selection> = {
  [Key in keyof S]: S[Key] extends Column
    ? GetColumnData<S[Key]>
    : S[Key] extends SQL.Aliased<infer Value>
      ? Value
      : never;
};

/** A query whose SQL is written already: what is left is to bind its placeholders and to run it. */
export interface CompiledQuery<Row> {
  bind(client: D1Database, values: Record<string, unknown>): D1PreparedStatement;
  /** Converts a row of D1 into one under the selection's names. */
  row(stored: Record<string, unknown>): Row;
}

const compiled = lruCache<CompiledQuery<never>>(500);

/**
 * Builds a query that drizzle writes once an isolate. Writing its SQL and mapping its rows costs drizzle more
 * than D1 takes to run it, so the reads that clients poll come through here.
 *
 * @param name tells queries of different shape apart; values belong into placeholders, never into the name.
 * @param build the query over exactly this selection.
 */
export function compileOnce<S extends Selection>(
  name: string,
  selection: S,
  build: () => { toSQL(): { sql: string; params: unknown[] } },
): CompiledQuery<RowOf<S>> {
  const known = compiled.get(name);
  if (known) return known as CompiledQuery<RowOf<S>>;
  const { sql, params } = build().toSQL();
  const fields = Object.entries(selection).map(([key, field]) => ({
    key,
    name: field instanceof Column ? field.name : field.fieldAlias,
    read: field instanceof Column && DECODED.includes(field.dataType) ? field : null,
  }));
  const query: CompiledQuery<RowOf<S>> = {
    bind: (client, values) => client.prepare(sql).bind(...fillPlaceholders(params, values)),
    row(stored) {
      const row: Record<string, unknown> = {};
      for (const { key, name, read } of fields) {
        const value = stored[name];
        row[key] = read && value !== null ? read.mapFromDriverValue(value) : value;
      }
      return row as RowOf<S>;
    },
  };
  compiled.set(name, query as CompiledQuery<never>);
  return query;
}

/** Kinds of columns that SQLite keeps as something else. */
const DECODED = ["boolean", "json", "date", "bigint", "custom"];
