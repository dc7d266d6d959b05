import { sql } from "drizzle-orm";
import type * as z from "zod";
import type { Databases } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import { isoTime } from "../../http/time.ts";
import { visibleAssignee } from "../../leads/scope.ts";
import type { EventType } from "../event-types.ts";
import type { FeedEvent } from "../feed/expand-row.ts";
import { readPlace, writePlace } from "../feed/place.ts";
import { readFeed } from "../feed/read-page.ts";
import { endOfFeed, type FeedReader, isMore, requireWritten } from "../list-events.ts";
import type { EventsRequest } from "../schemas.ts";
import type { DeletedLead, DeletedLeadsAnswer } from "./schemas.ts";

/** The events by which a lead goes. */
const GOING: readonly EventType[] = ["lead.deleted", "lead.merged", "lead.erased"];
/** To an agent, also one that somebody else works now. */
const GOING_FROM_AGENTS: readonly EventType[] = [...GOING, "lead.assigned"];

/**
 * The leads that somebody no longer sees, in the order in which they went, from a place in the feed on: those of them
 * that are back by now are left out.
 *
 * @throws 400 for a cursor of another company, 410 where the next events are purged or the feed ends before it.
 */
export async function listDeletedLeads(
  databases: Databases,
  { actor, companyId, tenant }: FeedReader,
  { after, limit }: Omit<EventsRequest, "types">,
): Promise<z.input<typeof DeletedLeadsAnswer>> {
  if (after === "latest") return { deleted_leads: [], meta: (await endOfFeed(tenant, companyId)).meta };
  const place = after === undefined ? null : readPlace(companyId, after);
  const assignee = visibleAssignee(actor, companyId);
  const types = assignee === null ? GOING : GOING_FROM_AGENTS;
  const page = await readFeed(tenant, { companyId, after: place, types, limit, seesImports: false });
  if (place && place.row > page.last) await requireWritten(databases, tenant, companyId, place);
  const gone = page.events.flatMap((event) => goneBy(event, assignee));
  const there = await seenLeads(
    tenant,
    companyId,
    assignee,
    gone.map(({ id }) => id),
  );
  return {
    deleted_leads: gone.filter(({ id }) => !there.has(id)),
    meta: { next_cursor: writePlace(companyId, page.end), has_more: isMore(page.end, page.last) },
  };
}

/** Which leads an event takes from whom looks. @param assignee the agent who does; `null` for those who see all. */
function goneBy(
  { row, type, objectId, details, seenBy }: FeedEvent,
  assignee: number | null,
): z.input<typeof DeletedLead>[] {
  const deleted_at = isoTime(row.createdAt);
  if (type === "lead.merged") {
    return (details.merged ?? [])
      .filter(([, user]) => assignee === null || user === assignee)
      .map(([id]) => ({ id, deleted_at, merged_into: objectId }));
  }
  const isSeen = assignee === null || seenBy.includes(assignee);
  return isSeen ? [{ id: objectId, deleted_at, merged_into: null }] : [];
}

async function seenLeads(
  { client }: Tenant,
  companyId: number,
  assignee: number | null,
  ids: readonly number[],
): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const own = assignee === null ? sql`` : sql`AND +l.assigned_to = ${assignee}`;
  const statement = sql`
    SELECT l.id FROM json_each(${JSON.stringify(ids)}) o CROSS JOIN leads l ON l.id = o.value
    WHERE +l.company_id = ${companyId} AND l.deleted_at IS NULL ${own}`;
  const { results } = await prepared(client, statement).all<{ id: number }>();
  return new Set(results.map(({ id }) => id));
}
