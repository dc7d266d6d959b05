import { and, type Column, is, Param, Placeholder, SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { DirectoryDb, LeadsDb } from "../../db/clients.ts";
import { conditions, filterValues, orderBy } from "./conditions.ts";
import type { ListRequest } from "./list-query.ts";
import type { ListTotal } from "./pagination.ts";

/** The part of drizzle's `select` that a page uses. */
interface Rows<Row> {
  where(condition: SQL | undefined): {
    orderBy(...order: SQL[]): { limit(rows: number): { offset(rows: number): Page<Row> } };
  };
}

type Page<Row> = BatchItem<"sqlite"> & PromiseLike<Row[]>;

interface List<Row> {
  /** A select of the list's rows, with neither conditions nor order, whose columns all have names of their own. */
  rows: Rows<Row>;
  /** A select of {@link ONE} from the same tables, as far as conditions name them. */
  counted: { where(condition: SQL | undefined): { limit(rows: number): { getSQL(): SQL } } };
  /** Conditions of the list besides the requested filters. */
  where?: (SQL | undefined)[];
  /** Values that conditions bind besides those of the filters, or instead of some. */
  values?: Record<string, unknown>;
  /** The columns to sort by, where they are others than those to filter by. */
  sortable?: Record<string, Column>;
}

/** What is selected of rows that are only counted. */
export const ONE = { one: sql<number>`1` };

/**
 * Counting costs what reading costs, and the only thread of a database: a total stops here, unless an exact one is
 * asked for.
 */
export const COUNTED_RECORDS = 10_000;

/** As SQLite has it. */
const NO_LIMIT = -1;

/** How many rows a count looks at: one more than it says tells that there are more. */
export function countLimit({ exact }: Pick<ListRequest, "exact">): number {
  return exact ? NO_LIMIT : COUNTED_RECORDS + 1;
}

/** A total as `meta` shows it. @param counted rows, counted up to {@link countLimit}. */
export function totalOf(counted: number, { exact }: Pick<ListRequest, "exact">, isMore: boolean): ListTotal {
  const isAtLeast = !exact && counted > COUNTED_RECORDS;
  return { records: isAtLeast ? COUNTED_RECORDS : counted, isAtLeast, isMore };
}

/** Ends a page for which one row more was read than is shown. @param counted up to {@link countLimit}. */
export function endPage<Row>(
  read: Row[],
  counted: number,
  { limit, exact = false }: Pick<ListRequest, "limit" | "exact">,
): { rows: Row[]; total: ListTotal } {
  return { rows: read.slice(0, limit), total: totalOf(counted, { exact }, read.length > limit) };
}

/**
 * Reads a page of a list, and counts the rows of all its pages, in one batch: two calls could be answered by
 * different replicas.
 *
 * @param filterable the column of each field that the list is filtered and sorted by.
 */
export async function readPage<Row>(
  db: DirectoryDb | LeadsDb,
  request: ListRequest,
  filterable: Record<string, Column>,
  list: List<Row>,
): Promise<{ rows: Row[]; total: ListTotal }> {
  return endSelectedPage(await db.batch(selectPage(db, request, filterable, list)), request);
}

/** The statements of {@link readPage}, for a batch that does more. {@link endSelectedPage} reads what they give. */
export function selectPage<Row>(
  db: DirectoryDb | LeadsDb,
  request: ListRequest,
  filterable: Record<string, Column>,
  { rows, counted, where = [], values = {}, sortable = filterable }: List<Row>,
): [BatchItem<"sqlite">, BatchItem<"sqlite">] {
  const condition = and(...where, ...conditions(request, filterable));
  const kept = condition && bindPlaceholders(condition, { ...filterValues(request), ...values });
  return [
    rows
      .where(kept)
      .orderBy(...orderBy(request, sortable))
      // One more than is shown tells whether there is a next page.
      .limit(request.limit + 1)
      .offset((request.page - 1) * request.limit),
    db
      .select({ total: sql<number>`count(*)`.as("total") })
      .from(sql`(${counted.where(kept).limit(countLimit(request)).getSQL()})`),
  ];
}

/** The page that the statements of {@link selectPage} read. @param results theirs. */
export function endSelectedPage<Row>(
  results: unknown[],
  request: ListRequest,
): { rows: Row[]; total: ListTotal } {
  const [rows, [count]] = results as [Row[], { total: number }[]];
  return endPage(rows, count?.total ?? 0, request);
}

/** The same SQL with values instead of placeholders, for batches, which drizzle runs without binding any. */
export function bindPlaceholders(query: SQL, values: Record<string, unknown>): SQL {
  const bound = query.queryChunks.map((chunk) => {
    if (is(chunk, SQL)) return bindPlaceholders(chunk, values);
    return is(chunk, Placeholder) ? new Param(values[chunk.name]) : chunk;
  });
  return new SQL(bound);
}
