import type { Tenant } from "../../db/leads/tenant.ts";
import { type EventType, isLeadEvent } from "../event-types.ts";
import { expandChunks } from "./expand-chunk.ts";
import { expandRow, type FeedEvent, typeNumber } from "./expand-row.ts";
import { AFTER_ALL_TYPES, isAfter, type Place, purgedSince } from "./place.ts";
import { readRows } from "./read-rows.ts";

/** How many chunks of imports a page is made of at the most. */
const CHUNKS_A_PAGE = 4;

/** What a follower asks for. */
export interface FeedRequest {
  companyId: number;
  /** `null` for the first event that is kept. */
  after: Place | null;
  /** `null` for all. */
  types: readonly EventType[] | null;
  limit: number;
  /** Whether events of imports are seen. */
  seesImports: boolean;
}

/** A page of events, before what they are about is read. */
export interface FeedPage {
  events: FeedEvent[];
  /** Where the page ends, and the last row of the feed. */
  end: Place;
  last: number;
}

/**
 * Reads the next events of a company's feed. A page can have fewer events than were asked for, or none, and not be the
 * last: how much it looks through is bound.
 *
 * @throws 410 where the next ones are purged.
 */
export async function readFeed(tenant: Tenant, request: FeedRequest): Promise<FeedPage> {
  const { companyId, after, types, limit, seesImports } = request;
  const from = after === null ? 1 : after.event === null ? after.row + 1 : after.row;
  const { rows, first, last, end } = await readRows(tenant, companyId, from, types, limit + 1);
  if (after !== null && first > from) throw purgedSince();
  // A replica may be behind what the follower has seen already.
  if (after !== null && after.row > last) return { events: [], end: after, last };
  const chunks = rows
    .filter(({ type }) => type === "import.chunk")
    .slice(0, CHUNKS_A_PAGE)
    .map((row) => ({ row, fromLead: row.id === after?.row ? (after.event?.objectId ?? 0) : 0 }));
  const chunkEvents = await expandChunks(tenant, chunks, types, limit + 1);
  const isShown = (event: FeedEvent) =>
    (types === null || types.includes(event.type)) &&
    (seesImports || isLeadEvent(event.type)) &&
    isAfter(after, event.row.id, event.objectId, typeNumber(event.type));

  const events: FeedEvent[] = [];
  const pageUntil = (place: Place): FeedPage => ({ events, end: place, last });
  for (const row of rows) {
    const chunk = chunks.findIndex((one) => one.row === row);
    if (row.type === "import.chunk" && chunk < 0) return pageUntil({ row: row.id - 1, event: null });
    const expanded = chunkEvents[chunk] ?? { events: expandRow(row), until: null };
    for (const event of expanded.events.filter(isShown)) {
      if (events.length === limit) return pageUntil(placeOf(events[limit - 1] ?? event));
      events.push(event);
    }
    if (expanded.until !== null) {
      return pageUntil({ row: row.id, event: { objectId: expanded.until, type: AFTER_ALL_TYPES } });
    }
  }
  return pageUntil({ row: Math.max(end, after?.row ?? 0), event: null });
}

/** The place after an event. */
export function placeOf({ row, objectId, type }: FeedEvent): Place {
  return { row: row.id, event: { objectId, type: typeNumber(type) } };
}
