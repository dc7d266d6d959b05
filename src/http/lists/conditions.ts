import { type Column, type SQL, sql } from "drizzle-orm";
import type { Filter, ListRequest } from "./list-query.ts";

/** The values of a filter that must be equal, or `undefined` where the list is not narrowed to one. */
export function equals(request: Pick<ListRequest, "filters">, field: string): number | string | undefined {
  const equality = request.filters.find((one) => one.field === field && one.predicate === "eq");
  return typeof equality?.value === "number" || typeof equality?.value === "string"
    ? equality.value
    : undefined;
}

/**
 * Filters as SQL conditions with a placeholder for each value; {@link filterValues} has what they bind.
 *
 * @param columns the column of each field.
 */
export function conditions(request: Pick<ListRequest, "filters">, columns: Record<string, Column>): SQL[] {
  return request.filters.map((filter) => {
    const column = columns[filter.field];
    if (!column) throw new Error(`no column for the filter ${filter.field}`);
    return compare(column, filter);
  });
}

/** What the conditions of a list bind. */
export function filterValues({ filters }: Pick<ListRequest, "filters">): Record<string, unknown> {
  return Object.fromEntries(
    filters.map((filter) => [
      nameOf(filter),
      Array.isArray(filter.value) ? JSON.stringify(filter.value) : filter.value,
    ]),
  );
}

/** Tells lists of different shape apart: those with the same one have the same SQL. */
export function shapeOf({ filters, sort }: Pick<ListRequest, "filters" | "sort">): string {
  const nulls = filters.filter(({ predicate }) => predicate === "null").map(({ value }) => value);
  return [sort.field, sort.descending, ...filters.map(nameOf), ...nulls].join(" ");
}

/** The parameter that a filter came in, which is its placeholder's name too. */
export function nameOf({ field, predicate }: Filter): string {
  return `${field}_${predicate}`;
}

/** The order of a list, made total by the id. */
export function orderBy(request: ListRequest, columns: Record<string, Column>): SQL[] {
  const { field, descending } = request.sort;
  const direction = sql.raw(descending ? "DESC" : "ASC");
  const [column, id] = [columns[field], columns.id];
  if (!column || !id) throw new Error(`no column to sort by ${field}`);
  return column === id ? [sql`${id} ${direction}`] : [sql`${column} ${direction}`, sql`${id} ${direction}`];
}

function compare(column: Column, filter: Filter): SQL {
  const value = sql.placeholder(nameOf(filter));
  switch (filter.predicate) {
    case "eq":
      return sql`${column} = ${value}`;
    case "not_eq":
      return sql`${column} IS NOT ${value}`;
    case "gt":
      return sql`${column} > ${value}`;
    case "gteq":
      return sql`${column} >= ${value}`;
    case "lt":
      return sql`${column} < ${value}`;
    case "lteq":
      return sql`${column} <= ${value}`;
    case "in":
      return sql`${column} IN (SELECT value FROM json_each(${value}))`;
    // Not LIKE: D1 refuses patterns over 50 bytes, and here % and _ are letters like any other.
    case "cont":
      return sql`instr(lower(${column}), lower(${value})) > 0`;
    case "start":
      return sql`instr(lower(${column}), lower(${value})) = 1`;
    case "null":
      return filter.value ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`;
  }
}
