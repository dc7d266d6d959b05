import { Column, type GetColumnData, is, Param, Placeholder, type SQL, sql } from "drizzle-orm";
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
 * @param build the query over exactly this selection. Where it selects by {@link underKeys}, rows need no mapping.
 */
export function compileOnce<S extends Selection>(
  name: string,
  selection: S,
  build: () => { toSQL(): { sql: string; params: unknown[] } },
): CompiledQuery<RowOf<S>> {
  const known = compiled.get(name);
  if (known) return known as CompiledQuery<RowOf<S>>;
  const { sql, params } = build().toSQL();
  const parameters = params.map(readerOf);
  const query: CompiledQuery<RowOf<S>> = {
    bind: (client, values) => client.prepare(sql).bind(...parameters.map((read) => read(values))),
    row: rowReader(selection),
  };
  compiled.set(name, query as CompiledQuery<never>);
  return query;
}

/**
 * The same selection with each column under its key, so that the rows come from D1 as they are wanted: to copy a row
 * property by property costs more than to read it.
 */
export function underKeys<S extends Selection>(selection: S): Record<keyof S & string, SQL.Aliased> {
  const aliased = Object.entries(selection).map(([key, field]) => [
    key,
    (field instanceof Column ? sql`${field}` : field.sql).as(key),
  ]);
  return Object.fromEntries(aliased);
}

/** How a parameter of a query gets its value. */
function readerOf(parameter: unknown): (values: Record<string, unknown>) => unknown {
  if (is(parameter, Placeholder)) return (values) => named(values, parameter.name);
  if (is(parameter, Param) && is(parameter.value, Placeholder)) {
    const { encoder, value } = parameter;
    return (values) => encoder.mapToDriverValue(named(values, value.name));
  }
  return () => parameter;
}

function named(values: Record<string, unknown>, name: string): unknown {
  const value = values[name];
  if (value === undefined && !(name in values)) throw new Error(`no value for the placeholder ${name}`);
  return value;
}

/** Kinds of columns that SQLite keeps as something else. */
const DECODED = ["boolean", "json", "date", "bigint", "custom"];

/** Reads rows of a selection, whether their columns have their own names or the selection's keys. */
function rowReader<S extends Selection>(selection: S): (stored: Record<string, unknown>) => RowOf<S> {
  const fields = Object.entries(selection).map(([key, field]) => ({
    key,
    name: field instanceof Column ? field.name : field.fieldAlias,
    read: field instanceof Column && DECODED.includes(field.dataType) ? field : null,
  }));
  const decoded = fields.filter(({ read }) => read !== null);
  const renamed = fields.find(({ key, name }) => key !== name);
  return (stored) => {
    if (renamed === undefined || renamed.key in stored) {
      if (decoded.length === 0) return stored as RowOf<S>;
      const row = { ...stored };
      for (const { key, read } of decoded) {
        if (read && row[key] !== null) row[key] = read.mapFromDriverValue(row[key]);
      }
      return row as RowOf<S>;
    }
    const row: Record<string, unknown> = {};
    for (const { key, name, read } of fields) {
      const value = stored[name];
      row[key] = read && value !== null ? read.mapFromDriverValue(value) : value;
    }
    return row as RowOf<S>;
  };
}
