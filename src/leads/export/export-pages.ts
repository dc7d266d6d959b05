import { Column, is, type SQL, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf } from "../../db/compiled.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Place } from "../../http/lists/cursor.ts";
import { aMacrotask } from "../../macrotask.ts";
import { LARGE_LEAD_BYTES, readLarge } from "../large-reads.ts";
import type { LeadFilter } from "../list/filters.ts";
import { EXPORT_PATIENCE_MS, runScan } from "../list/scan-gate.ts";
import { fieldColumns, leadColumns } from "../queries.ts";
import { visibleLeadsCondition } from "../scope.ts";

/** Leads to export: those that somebody sees of a company and that fit, as they were at one time. */
export interface Exported {
  client: D1Database;
  /** The number of the lead store. */
  store: number;
  /** Whose leads they are, or `null` for all. */
  assignee: number | null;
  filter: LeadFilter;
  /** They come after this one. */
  after: Place;
  /** The last of them: leads that arrive later are not of them. */
  end: Place;
  /** The company whose leads are gone through one after another, because no index helps; else `null`. */
  scanned: number | null;
  /** Says that nobody wants them any more: the pages end then. */
  gone: AbortSignal;
}

const columns = {
  id: leads.id,
  createdAt: leads.createdAt,
  ...fieldColumns,
  answers: leads.answers,
  customFields: leads.customFields,
  /** JSON: the tags in order. */
  tags: leadColumns.tags,
};

/** The row that the cells of a lead are made of. */
export type ExportRow = RowOf<typeof columns>;

/**
 * How large a page is, in bytes of long texts and in leads. A connection takes some 5 MB before anybody reads (the
 * most is what Linux buffers of one): up to there pages are small, so that answers that nobody reads leave little in memory.
 * From there on each is larger than the one before, up to some 2 MB with the other columns.
 */
const SMALL_PAGE = { bytes: 128 * 1024, rows: 500 };
const LARGE_PAGE = { bytes: 1_400_000, rows: 4000 };
const UNREAD_BYTES = 6 * 1024 * 1024;
type PageSize = typeof SMALL_PAGE;

function nextSize({ bytes, rows }: PageSize, sent: number): PageSize {
  if (sent < UNREAD_BYTES) return SMALL_PAGE;
  return {
    bytes: Math.min(bytes + SMALL_PAGE.bytes, LARGE_PAGE.bytes),
    rows: Math.min(rows + SMALL_PAGE.rows, LARGE_PAGE.rows),
  };
}

/** Of so many leads the names are read at once. */
export const NAMES_ROWS = 25_000;
/** What a table of columns can bear, and a little more. */
const MOST_NAMES = 1001;

/**
 * The leads page by page, the first to arrive first.
 *
 * @param write what is kept of a page until the next one is asked for. A generator that waits keeps all that its
 * function has named: the rows are read in a function of their own.
 */
export async function* pagesOf(
  exported: Exported,
  write: (rows: ExportRow[]) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  const query = compileOnce(`leads exported ${shapeOf(exported)}`, columns, () => ({
    toSQL: () => queryBuilder.all(pageQuery(exported)).getQuery(),
  }));
  let after = exported.after;
  const nextPage = async ({ bytes, rows }: PageSize) => {
    const { results } = await query
      .bind(exported.client, { ...valuesOf(exported, after, rows), pageBytes: bytes })
      .all();
    const last = results.at(-1);
    if (!last) return null;
    after = placeOf(query.row(last));
    return write(results.map(query.row));
  };
  let sent = 0;
  for (let size = SMALL_PAGE; ; size = nextSize(size, sent)) {
    await aMacrotask();
    if (exported.gone.aborted) return;
    const weight = Math.max(size.bytes, LARGE_LEAD_BYTES);
    const page = await inTurn(exported, () =>
      readLarge(exported.store, weight, () => nextPage(size), EXPORT_PATIENCE_MS),
    );
    if (!page) return;
    sent += page.length;
    yield page;
  }
}

/** Asks for a page, where it has to after the other queries that go through the company's leads. */
function inTurn<T>({ scanned }: Exported, ask: () => Promise<T>): Promise<T> {
  return scanned === null ? ask() : runScan(scanned, ask, EXPORT_PATIENCE_MS);
}

/** What the answers and custom fields of a page of leads are called. */
export interface Names {
  questions: number[];
  fields: string[];
  /** Whether there are no leads after these. */
  isEnd: boolean;
}

/** The ids of the questions that leads answered, and the names of their custom fields, page by page. */
export async function* namesOf(exported: Exported): AsyncGenerator<Names> {
  const selection = {
    last: sql<string | null>``.as("last"),
    questions: sql<string>``.as("questions"),
    fields: sql<string>``.as("fields"),
    rows: sql<number>``.as("rows"),
  };
  const query = compileOnce(`names exported ${shapeOf(exported)}`, selection, () => ({
    toSQL: () => queryBuilder.all(namesQuery(exported)).getQuery(),
  }));
  for (let after = exported.after; ; ) {
    await aMacrotask();
    if (exported.gone.aborted) return;
    const { results } = await inTurn(exported, () =>
      query.bind(exported.client, valuesOf(exported, after, NAMES_ROWS)).all(),
    );
    const row = results[0] && query.row(results[0]);
    if (!row || row.last === null) return;
    yield {
      questions: (JSON.parse(row.questions) as string[]).map(Number),
      fields: JSON.parse(row.fields) as string[],
      isEnd: row.rows < NAMES_ROWS,
    };
    const [createdAt, id] = JSON.parse(row.last) as [number, number];
    after = { createdAt, id };
  }
}

/** Before the first lead. */
export const START: Place = { createdAt: Number.MIN_SAFE_INTEGER, id: 0 };

/** After the last lead that arrived by a time, in milliseconds since 1970. */
export function endOf(time: number): Place {
  return { createdAt: time, id: Number.MAX_SAFE_INTEGER };
}

function placeOf({ createdAt, id }: Place): Place {
  return { createdAt, id };
}

/**
 * Finds where a part of an export ends that is too large for one answer: a request may send D1 so many statements.
 *
 * @param leads how many of the company's leads the part goes over, those that do not fit too.
 * @returns its last lead, or `null` where the rest has no more than that.
 */
export async function endOfPart(exported: Exported, leads: number): Promise<Place | null> {
  const selection = { createdAt: sql<number>``.as("created_at"), id: sql<number>``.as("id") };
  const query = compileOnce(`part exported ${exported.assignee !== null}`, selection, () => ({
    toSQL: () => queryBuilder.all(partQuery(exported)).getQuery(),
  }));
  const { results } = await query
    .bind(exported.client, valuesOf(exported, exported.after, leads))
    .all<Record<string, unknown>>();
  const [end, beyond] = results.map(query.row);
  return end && beyond ? end : null;
}

/** The last lead of the part, and the one after it. */
export function partQuery({ assignee }: Exported): SQL {
  return sql`
    SELECT ${leads.createdAt} AS created_at, ${leads.id} AS id FROM ${leads}
    WHERE ${visibleLeadsCondition(assignee, false)} AND ${isWithin()}
    ORDER BY ${leads.createdAt}, ${leads.id} LIMIT 2 OFFSET ${sql.placeholder("limit")} - 1`;
}

/** As many leads as make a page of a size that memory has room for, one at the least. */
export function pageQuery(exported: Exported): SQL {
  const names = sql.join(
    Object.values(columns).map((column) =>
      is(column, Column) ? sql`${column}` : sql`${column.sql} AS ${sql.identifier(column.fieldAlias)}`,
    ),
    sql`, `,
  );
  const size = sql`coalesce(octet_length(notes), 0) + coalesce(octet_length(answers), 0) + coalesce(octet_length(custom_fields), 0) + octet_length(tags)`;
  return sql`
    SELECT * FROM (
      SELECT *, sum(${size}) OVER (ORDER BY created_at, id) - (${size}) AS before
      FROM (SELECT ${names} ${nextLeads(exported)}))
    WHERE before < ${sql.placeholder("pageBytes")}
    ORDER BY created_at, id`;
}

export function namesQuery(exported: Exported): SQL {
  const keysIn = (column: string) => sql`(
    SELECT json_group_array(key) FROM (
      SELECT DISTINCT j.key FROM page CROSS JOIN ${leads} l ON l.id = page.id, json_each(l.${sql.raw(column)}) j
      LIMIT ${MOST_NAMES}))`;
  return sql`
    WITH page AS MATERIALIZED (SELECT ${leads.id} AS id, ${leads.createdAt} AS created_at ${nextLeads(exported)})
    SELECT ${keysIn("answers")} AS questions, ${keysIn("custom_fields")} AS fields,
      (SELECT count(*) FROM page) AS rows,
      (SELECT json_array(created_at, id) FROM page ORDER BY created_at DESC, id DESC LIMIT 1) AS last`;
}

function nextLeads({ assignee, filter }: Exported): SQL {
  const conditions = [visibleLeadsCondition(assignee, filter.byId), ...filter.conditions()];
  return sql`
    FROM ${leads}
    WHERE ${sql.join(conditions, sql` AND `)} AND ${isWithin()}
    ORDER BY ${leads.createdAt}, ${leads.id} LIMIT ${sql.placeholder("limit")}`;
}

function isWithin(): SQL {
  const [afterTime, afterId] = ["afterTime", "afterId"].map((name) => sql.placeholder(name));
  const [endTime, endId] = ["endTime", "endId"].map((name) => sql.placeholder(name));
  return sql`(${leads.createdAt}, ${leads.id}) > (${afterTime}, ${afterId}) AND ${leads.createdAt} <= ${endTime}
    AND (${leads.createdAt} < ${endTime} OR ${leads.id} <= ${endId})`;
}

function shapeOf({ assignee, filter }: Exported): string {
  return `${assignee !== null} ${filter.byId} ${filter.shape}`;
}

function valuesOf({ assignee, filter, end }: Exported, after: Place, limit: number) {
  const bounds = { afterTime: after.createdAt, afterId: after.id, endTime: end.createdAt, endId: end.id };
  return { ...filter.values, ...bounds, assignee, limit };
}
