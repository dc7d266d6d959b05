import { and, type Column, type SQL } from "drizzle-orm";
import { conditions, filterValues, type ListRequest, orderBy } from "./list-query.ts";

interface Prepared<Row> {
  prepare(): { all(values: Record<string, unknown>): Promise<Row[]> };
}

/** What of drizzle's `select` a page takes. */
interface Rows<Row> {
  where(condition: SQL | undefined): {
    orderBy(...order: SQL[]): { limit(rows: number): { offset(rows: number): Prepared<Row> } };
  };
}

interface List<Row> {
  /** A select of the list's rows, with neither conditions nor order. */
  rows: Rows<Row>;
  /** A count over the same tables, as far as conditions name them. */
  totals: { where(condition: SQL | undefined): Prepared<{ total: number }> };
  /** What keeps the list besides the filters that were asked for. */
  where?: (SQL | undefined)[];
  /** What conditions bind besides the values of the filters, or instead of some. */
  values?: Record<string, unknown>;
  /** The columns to sort by, where they are others than those to filter by. */
  sortable?: Record<string, Column>;
}

/**
 * Reads a page of a list, and counts the rows of all its pages.
 *
 * @param filterable the column of each field that the list is filtered and sorted by.
 */
export async function readPage<Row>(
  request: ListRequest,
  filterable: Record<string, Column>,
  { rows, totals, where = [], values = {}, sortable = filterable }: List<Row>,
): Promise<{ rows: Row[]; total: number }> {
  const kept = and(...where, ...conditions(request, filterable));
  const bound = { ...filterValues(request), ...values };
  const page = rows
    .where(kept)
    .orderBy(...orderBy(request, sortable))
    .limit(request.limit)
    .offset((request.page - 1) * request.limit)
    .prepare();
  const count = totals.where(kept).prepare();
  const [found, [counted]] = await Promise.all([page.all(bound), count.all(bound)]);
  return { rows: found, total: counted?.total ?? 0 };
}
