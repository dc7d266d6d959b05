import { asc, desc, type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Place } from "../../http/lists/cursor.ts";
import { LAST_PLACE, leadOfRow, placeInStore, rowAt } from "./search/rows.ts";

/** A way through the leads of a company in one order, for SQL that is written once. */
export interface LeadScan {
  /** Tells it from others. */
  shape: string;
  /** Whether it goes through the index of words, where each row leads to a lead. */
  words: boolean;
  /** What holds of the leads of a page. */
  onPage(): SQL[];
  /** What holds of all leads that are counted. */
  counted(): SQL[];
  order(): SQL[];
  /** What the conditions bind. @param after where a page begins; `null` for the first. */
  values(after: Place | null): Record<string, unknown>;
  /** The place of a lead. */
  placeOf(lead: { id: number; createdAt: number; updatedAt: number }): Place;
  /** Of one that looks at some leads only: what it goes over, `w`, whose rows say which lead is at which place. */
  walk?: { over: SQL; most: number };
}

/** By the time when leads were made, ties by id. @param after whether a page begins beyond a lead. */
export function scanByTime(descending: boolean, after: boolean): LeadScan {
  return {
    shape: `time ${after}`,
    words: false,
    onPage: () => (after ? [isBeyond(descending)] : []),
    // True of every lead. It leads SQLite to the indexes by time, which know who works a lead.
    counted: () => [sql`${leads.createdAt} > 0`],
    order: () => [leads.createdAt, leads.id].map((one) => (descending ? desc(one) : asc(one))),
    values: (place) => ({ afterTime: place?.createdAt, afterId: place?.id }),
    placeOf: (lead) => lead,
  };
}

/** Whether a lead comes after a place that is bound as `afterTime` and `afterId`. */
export function isBeyond(
  descending: boolean,
  time: typeof leads.createdAt | typeof leads.updatedAt = leads.createdAt,
): SQL {
  const place = sql`(${sql.placeholder("afterTime")}, ${sql.placeholder("afterId")})`;
  return sql`(${time}, ${leads.id}) ${sql.raw(descending ? "<" : ">")} ${place}`;
}

/**
 * By what is found in the index of words, in the order in which leads came.
 *
 * @param match an expression for FTS5.
 * @param store the number of the lead store.
 */
export function scanByWords(match: string, store: number, descending: boolean): LeadScan {
  return {
    shape: "words",
    words: true,
    onPage: () => [isFoundBetween()],
    counted: () => [isFoundBetween()],
    order: () => [sql`lead_search.rowid ${sql.raw(descending ? "DESC" : "ASC")}`],
    values: (place) => ({
      match,
      store,
      above: place && !descending ? placeInStore(place.id) : 0,
      below: place && descending ? placeInStore(place.id) : LAST_PLACE,
    }),
    placeOf: (lead) => lead,
  };
}

function isFoundBetween(): SQL {
  const companyId = sql.placeholder("companyId");
  return sql`${leads.id} = ${leadOfRow(sql.placeholder("store"))} AND lead_search MATCH ${sql.placeholder("match")}
    AND lead_search.rowid > ${rowAt(companyId, sql.placeholder("above"))}
    AND lead_search.rowid < ${rowAt(companyId, sql.placeholder("below"))}`;
}

/** The same leads as a condition, for those who go another way; it binds `match`, `store` and `companyId`. */
export function isFoundByWords(): SQL {
  const companyId = sql.placeholder("companyId");
  return sql`${leads.id} IN (
    SELECT ${leadOfRow(sql.placeholder("store"))} FROM lead_search
    WHERE lead_search MATCH ${sql.placeholder("match")}
      AND lead_search.rowid > ${rowAt(companyId, 0)} AND lead_search.rowid < ${rowAt(companyId, LAST_PLACE)})`;
}
