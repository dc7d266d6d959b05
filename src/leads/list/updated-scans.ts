import { asc, desc, type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Place } from "../../http/lists/cursor.ts";
import type { Filter } from "../../http/lists/list-query.ts";
import { isBeyond, type LeadScan } from "./lead-scans.ts";

/**
 * Leads by the time of their last change, ties by id. Two indexes lead there, so that those who change nothing pay for
 * none: leads that were changed are in one of their own, and the others stand at the time when they were made.
 */

/** How many places a page looks at, in both indexes together: where few leads fit, it ends there, with a cursor. */
const MOST_PLACES = 2_000;

/** Beyond every id: a number that SQLite and JavaScript have alike. */
const LAST_ID = Number.MAX_SAFE_INTEGER;

/** For leads that are named one by one: they are few, and sorted. @param after whether a page begins beyond a lead. */
export function sortByUpdate(descending: boolean, after: boolean): LeadScan {
  return {
    shape: `update ${after}`,
    words: false,
    onPage: () => (after ? [isBeyond(descending, leads.updatedAt)] : []),
    counted: () => [],
    order: () => [leads.updatedAt, leads.id].map((one) => (descending ? desc(one) : asc(one))),
    values: (place) => ({ afterTime: place?.createdAt, afterId: place?.id }),
    placeOf,
  };
}

/**
 * For all others: both indexes are gone through at once, and a lead counts where it stands in the one of its kind.
 *
 * @param filters what the list is filtered by; bounds of `updated_at` say where to begin and where to end.
 */
export function scanByUpdate(descending: boolean, filters: readonly Filter[]): LeadScan {
  const bounds = boundsOf(filters);
  return {
    shape: "updates",
    words: false,
    onPage: () => [sql`${leads.id} = w.lead AND ${leads.updatedAt} = w.at`],
    // True of every lead: it leads SQLite to the indexes by time.
    counted: () => [sql`${leads.createdAt} > 0`],
    order: () => [],
    values(after) {
      const { low, high } = boundsFrom(bounds, after, descending);
      return { lowTime: low.createdAt, lowId: low.id, highTime: high.createdAt, highId: high.id };
    },
    placeOf,
    walk: { over: walkOf(descending), most: MOST_PLACES },
  };
}

function placeOf({ id, updatedAt }: { id: number; updatedAt: number }): Place {
  return { createdAt: updatedAt, id };
}

function walkOf(descending: boolean): SQL {
  const place = (name: string) => sql`(${sql.placeholder(`${name}Time`)}, ${sql.placeholder(`${name}Id`)})`;
  const between = (time: typeof leads.createdAt | typeof leads.updatedAt) => sql`
    ${leads.companyId} = ${sql.placeholder("companyId")} AND ${leads.deletedAt} IS NULL
      AND (${time}, ${leads.id}) > ${place("low")} AND (${time}, ${leads.id}) < ${place("high")}`;
  const direction = sql.raw(descending ? "DESC" : "ASC");
  return sql`SELECT lead, at FROM (
      SELECT ${leads.id} AS lead, ${leads.createdAt} AS at FROM ${leads} INDEXED BY leads_company_created
      WHERE ${between(leads.createdAt)}
      UNION ALL
      SELECT ${leads.id}, ${leads.updatedAt} FROM ${leads} INDEXED BY leads_company_updated
      WHERE ${leads.updatedAt} <> ${leads.createdAt} AND ${between(leads.updatedAt)}
      ORDER BY at ${direction}, lead ${direction})
    LIMIT ${sql.raw(String(MOST_PLACES))}`;
}

interface Bounds {
  low: Place;
  high: Place;
}

/** Both ends are beyond what is in between. */
function boundsOf(filters: readonly Filter[]): Bounds {
  let low: Place = { createdAt: -1, id: 0 };
  let high: Place = { createdAt: Number.MAX_SAFE_INTEGER, id: 0 };
  for (const { field, predicate, value } of filters) {
    if (field !== "updated_at") continue;
    const at = (id: number): Place => ({ createdAt: Number(value), id });
    if (predicate === "gt") low = later(low, at(LAST_ID));
    if (predicate === "gteq") low = later(low, at(0));
    if (predicate === "lt") high = earlier(high, at(0));
    if (predicate === "lteq") high = earlier(high, at(LAST_ID));
  }
  return { low, high };
}

function boundsFrom({ low, high }: Bounds, after: Place | null, descending: boolean): Bounds {
  if (after === null) return { low, high };
  return descending ? { low, high: earlier(high, after) } : { low: later(low, after), high };
}

function later(a: Place, b: Place): Place {
  return a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id > b.id) ? a : b;
}

function earlier(a: Place, b: Place): Place {
  return later(a, b) === a ? b : a;
}
