import type * as z from "zod";
import type { CompanyActor } from "../auth/actor.ts";
import { hasScope } from "../auth/api-keys/scopes.ts";
import type { Databases } from "../db/clients.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { visibleAssignee } from "../leads/scope.ts";
import { showLeads } from "../leads/show-leads.ts";
import { listStages } from "../stages/queries.ts";
import { isLeadEvent } from "./event-types.ts";
import type { FeedEvent } from "./feed/expand-row.ts";
import { loadImports } from "./feed/load-imports.ts";
import { type LoadedLeads, withLeads } from "./feed/load-leads.ts";
import { aheadOfFeed, type Place, readPlace, writePlace } from "./feed/place.ts";
import { type FeedPage, placeOf, readFeed } from "./feed/read-page.ts";
import { lastRow } from "./feed/read-rows.ts";
import { findUnnamedOperators } from "./feed/unnamed-operators.ts";
import type { EventsAnswer, EventsRequest } from "./schemas.ts";
import { viewEvent } from "./view-event.ts";

/** Whose feed it is, and who reads it. */
export interface FeedReader {
  actor: CompanyActor;
  companyId: number;
  tenant: Tenant;
}

/**
 * A page of a company's feed of events, from a place on. An agent reads of the leads that are assigned to them, and of
 * those that were when the event took them away; events of imports are for those who see all leads.
 *
 * @throws 400 for a cursor of another company, 410 where the next events are purged or the feed ends before it, 503
 * where others read large leads for too long.
 */
export async function listEvents(
  databases: Databases,
  { actor, companyId, tenant }: FeedReader,
  { after, types, limit }: EventsRequest,
): Promise<z.input<typeof EventsAnswer>> {
  if (after === "latest") return endOfFeed(tenant, companyId);
  const place = after === undefined ? null : readPlace(companyId, after);
  const assignee = visibleAssignee(actor, companyId);
  const seesImports = assignee === null;
  const leadsWithheld = actor.kind === "api_key" && !hasScope(actor.scopes, "leads:read");
  const page = await readFeed(tenant, { companyId, after: place, types, limit, seesImports });
  if (place && place.row > page.last) await requireWritten(databases, tenant, companyId, place);
  // Which leads an agent sees also says which events.
  const readsLeads = !leadsWithheld || assignee !== null;
  const leadIds = page.events.map(({ type, objectId }) =>
    readsLeads && isLeadEvent(type) ? objectId : null,
  );
  const [{ seen, end, leads }, imports, stages, operators] = await Promise.all([
    withLeads({ tenant, companyId, assignee }, leadIds, async (loaded) => {
      const { events, end } = cut(page, loaded);
      const rows = leadsWithheld ? [] : [...loaded.leads.values()];
      const shown = await showLeads(databases, { actor, tenant }, rows);
      const seen = events.filter(
        ({ type, objectId, seenBy }) =>
          assignee === null || !isLeadEvent(type) || loaded.leads.has(objectId) || seenBy.includes(assignee),
      );
      return { seen, end, leads: new Map(shown.map((lead) => [lead.id, lead])) };
    }),
    loadImports(tenant, companyId, distinct(page.events.map(importOf))),
    listStages(databases.directory),
    findUnnamedOperators(databases.directory, companyId, page.events),
  ]);
  return {
    events: seen.map((event) =>
      viewEvent(event, { leads, imports, stages, operators, assignee, leadsWithheld }),
    ),
    meta: { next_cursor: writePlace(companyId, end), has_more: isMore(end, page.last) },
  };
}

/** Whether there is more after a page. A replica may be behind the follower, who has read more then than there is. */
export function isMore({ row, event }: Place, last: number): boolean {
  return row < last || (row === last && event !== null);
}

/**
 * Refuses a place that the feed has not reached: a replica may be behind the follower, but not the primary, save where
 * the store was restored from a backup.
 *
 * @throws 410
 */
export async function requireWritten(
  databases: Databases,
  tenant: Tenant,
  companyId: number,
  place: Place,
): Promise<void> {
  if (place.row > (await lastRow(databases.primaryLeads(tenant.store), companyId))) throw aheadOfFeed();
}

/** An empty page with the cursor of the end of a feed. */
export async function endOfFeed(tenant: Tenant, companyId: number): Promise<z.input<typeof EventsAnswer>> {
  const row = await lastRow(tenant.client, companyId);
  return {
    events: [],
    meta: { next_cursor: writePlace(companyId, { row, event: null }), has_more: false },
  };
}

/** Ends a page before the first event that is too much for it. */
function cut(page: FeedPage, loaded: LoadedLeads): { events: FeedEvent[]; end: Place } {
  const events = page.events.slice(0, loaded.events);
  const last = events.at(-1);
  return last && events.length < page.events.length
    ? { events, end: placeOf(last) }
    : { events, end: page.end };
}

/** The import that an event is shown with, if there is one. */
function importOf({ type, objectId, importId }: FeedEvent): number | null {
  return isLeadEvent(type) ? importId : objectId;
}

function distinct(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
