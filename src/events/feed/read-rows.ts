import { sql } from "drizzle-orm";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import { type EventType, storedTypesOf } from "../event-types.ts";
import type { StoredEvent } from "../stored-events.ts";

/** How many rows a page looks through at the most for those of the types that are asked for. */
const WINDOW = 5_000;

/** The rows of a part of the feed. */
export interface FeedRows {
  rows: StoredEvent[];
  /** The first row that is kept, and the last one; 0 of a company without events. */
  first: number;
  last: number;
  /** The last row that was looked at; where there are as many rows as were asked for, the last of these. */
  end: number;
}

/**
 * Reads rows of a company's feed, in order.
 *
 * @param from the first one.
 * @param types what is asked for; `null` for all.
 */
export async function readRows(
  { client }: Tenant,
  companyId: number,
  from: number,
  types: readonly EventType[] | null,
  limit: number,
): Promise<FeedRows> {
  const bound = (name: string) =>
    sql`(SELECT coalesce(${sql.raw(name)}(id), 0) FROM events WHERE company_id = ${companyId})`;
  const start = sql`max(${from}, ${bound("min")})`;
  const wanted = types
    ? sql`AND type IN (SELECT value FROM json_each(${JSON.stringify(storedTypesOf(types))}))`
    : sql``;
  const [bounds, selected] = await client.batch<Record<string, unknown>>([
    prepared(client, sql`SELECT ${bound("min")} AS first, ${bound("max")} AS last`),
    prepared(
      client,
      sql`SELECT company_id AS companyId, id, type, object_id AS objectId, actor_kind AS actorKind,
          actor_id AS actorId, details, created_at AS createdAt
        FROM events
        WHERE company_id = ${companyId} AND id >= ${start} AND id < ${start} + ${WINDOW} ${wanted}
        ORDER BY id LIMIT ${limit}`,
    ),
  ]);
  const { first = 0, last = 0 } = (bounds?.results[0] ?? {}) as { first?: number; last?: number };
  const rows = (selected?.results ?? []).map(
    (row) => ({ ...row, details: JSON.parse(String(row.details)) }) as unknown as StoredEvent,
  );
  const lastRow = rows.at(-1)?.id ?? 0;
  const end = rows.length < limit ? Math.min(Math.max(from, first) + WINDOW - 1, last) : lastRow;
  return { rows, first, last, end };
}

/** The last row of a company's feed; 0 where there is none. */
export async function lastRow(client: D1Database, companyId: number): Promise<number> {
  const statement = sql`SELECT coalesce(max(id), 0) AS last FROM events WHERE company_id = ${companyId}`;
  return (await prepared(client, statement).first<{ last: number }>())?.last ?? 0;
}
