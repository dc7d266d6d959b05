import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, underKeys } from "../../db/compiled.ts";
import { imports } from "../../db/leads/schema.ts";
import { lruCache } from "../../lru-cache.ts";
import { type ImportRow, importColumns } from "../queries.ts";
import { eventNumber } from "./event-number.ts";

/** An import as it was seen, and the number of the event that shows it so. */
export interface Seen {
  row: ImportRow;
  number: number;
}

const columns = {
  ...importColumns,
  seconds: sql<number>`(
    SELECT count(DISTINCT c.written_at / 1000) FROM import_chunks c WHERE c.import_id = imports.id)`.as(
    "seconds",
  ),
  eventsBefore: imports.eventsBefore,
};

/** How an import stands. @returns `undefined` where there is none. */
export async function readMoment(client: D1Database, importCode: string): Promise<Seen | undefined> {
  const query = compileOnce("import moment", columns, () =>
    queryBuilder
      .select(underKeys(columns))
      .from(imports)
      .where(eq(imports.importCode, sql.placeholder("importCode"))),
  );
  const [stored] = (await query.bind(client, { importCode }).all()).results;
  if (!stored) return undefined;
  const { seconds, eventsBefore, ...row } = query.row(stored);
  return { row, number: eventNumber(row, seconds, eventsBefore) };
}

/**
 * What an isolate last saw of an import, for all who listen to it: of many listeners the first that comes after the
 * interval asks, and the others look at what it got. Nobody waits for another one's question, since an answer does
 * not come where that request has ended; the next one asks then.
 */
export class SharedPoll {
  #seen: Seen | undefined;
  #seenAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /**
   * What is known, without waiting; where that is older than the interval, it is asked for.
   *
   * @param now milliseconds since 1970.
   * @param interval in milliseconds.
   */
  look(now: number, interval: number, ask: () => Promise<Seen | undefined>): Seen | undefined {
    if (now - this.#askedAt >= interval) {
      this.#askedAt = now;
      // While the database does not answer, listeners see what was known before.
      ask().then(
        (seen) => seen && this.keep(seen, now),
        () => {},
      );
    }
    return this.#seen;
  }

  /** Notes what somebody saw. @param askedAt when they asked: an answer that comes late does not count. */
  keep(seen: Seen, askedAt: number): void {
    if (askedAt < this.#seenAt) return;
    this.#seen = seen;
    this.#seenAt = askedAt;
  }
}

const polls = lruCache<SharedPoll>(1000);

/** The poll of an import that all of its listeners in this isolate share. */
export function sharedPollOf(importCode: string): SharedPoll {
  const known = polls.get(importCode);
  if (known) return known;
  const poll = new SharedPoll();
  polls.set(importCode, poll);
  return poll;
}
