import { tenantPolicy } from "../http/policies/tenant.ts";
import { type Route, route } from "../http/route.ts";
import { listEvents } from "./list-events.ts";
import { EventsAnswer, EventsParams, eventsQuery, exampleEvent } from "./schemas.ts";

export const eventRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{id}/events",
      operationId: "listEvents",
      summary: "Follow what changes",
      description:
        "What changed leads and imports of the company, in the order in which it happened, for 30 days: by requests, " +
        "by imports and their undo, and by erasing. Read a page, keep `next_cursor`, and send it as `after` for the " +
        "next one, at once while `has_more` is true; a page can be empty and have more after it. No event is " +
        "passed over, and each comes with its lead as that is when you read: to keep a copy of the leads, write " +
        "`lead` over yours, and remove yours where it is `null`, and those of `merged_lead_ids`. To begin, take " +
        "`after=latest`, then read all leads, and follow from there.\n\n" +
        "An agent reads of the leads that are assigned to them, and when one is taken away; events of imports are " +
        "for those who see all leads. An API key without the scope `leads:read` learns which leads changed, and nothing " +
        "of what is in them (`lead_withheld`). A page ends before it gets heavier than 1 MiB, one event at the " +
        "least. A cursor whose next events are older than 30 days, or which is ahead of the feed since the data " +
        "was restored from a backup, is a 410.",
      tag: "Events",
      access: tenantPolicy({ role: "viewer", field: "id" }),
      request: { params: EventsParams, query: eventsQuery },
      response: {
        status: 200,
        description: "A page of events, the oldest first.",
        schema: EventsAnswer,
        example: { events: [exampleEvent], meta: { next_cursor: "1-42", has_more: false } },
      },
      errors: ["events_purged"],
    },
    ({ call, actor, tenant, companyId, query }) =>
      listEvents(call.databases, { actor, companyId, tenant }, query),
  ),
];
