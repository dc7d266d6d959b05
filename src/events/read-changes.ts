import type * as z from "zod";
import type { Databases } from "../db/clients.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError } from "../errors.ts";
import { listStages } from "../stages/queries.ts";
import { type EventType, isLeadEvent } from "./event-types.ts";
import { loadImports } from "./feed/load-imports.ts";
import type { Place } from "./feed/place.ts";
import { readFeed } from "./feed/read-page.ts";
import { findUnnamedOperators } from "./feed/unnamed-operators.ts";
import type { Event } from "./schemas.ts";
import { viewEvent } from "./view-event.ts";

/** Events of a company in order, without the leads that they are about, and where to go on. */
export interface Changes {
  events: z.input<typeof Event>[];
  end: Place;
  /** Whether what came next was older than 30 days: the events in between are gone. */
  hasGap: boolean;
}

/**
 * Reads what changed in a company, for those who tell others of it: which leads and imports, and nothing of a person.
 * From a place beyond the end of the feed, as after a restore from a backup, it goes on at the end.
 *
 * @param tenant of the primary: what it has not seen is not there.
 */
export async function readChanges(
  databases: Databases,
  { tenant, companyId }: { tenant: Tenant; companyId: number },
  after: Place,
  types: readonly EventType[],
  limit: number,
): Promise<Changes> {
  const request = { companyId, types, limit, seesImports: true };
  let hasGap = false;
  const page = await readFeed(tenant, { ...request, after }).catch((error) => {
    if (!(error instanceof AppError && error.code === "events_purged")) throw error;
    hasGap = true;
    return readFeed(tenant, { ...request, after: null });
  });
  const importIds = page.events.flatMap(({ type, objectId, importId }) =>
    isLeadEvent(type) ? (importId ?? []) : objectId,
  );
  const [imports, stages, operators] = await Promise.all([
    loadImports(tenant, companyId, [...new Set(importIds)]),
    listStages(databases.directory),
    findUnnamedOperators(databases.directory, companyId, page.events),
  ]);
  const around = { leads: new Map(), imports, stages, operators, assignee: null, leadsWithheld: false };
  return {
    events: page.events.map((event) => viewEvent(event, around)),
    end: page.end.row > page.last ? { row: page.last, event: null } : page.end,
    hasGap,
  };
}
