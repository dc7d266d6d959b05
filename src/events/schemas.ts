import * as z from "zod";
import { type ListQuery, listQuery, oneOf } from "../http/lists/list-query.ts";
import { Id, integerText, PathId, Time } from "../http/validation/fields.ts";
import { ImportStatus, ImportStatusName } from "../imports/state/status-schemas.ts";
import { exampleLead, Lead } from "../leads/schemas.ts";
import { EVENT_TYPES, type EventType } from "./event-types.ts";

/** Of a lead's event. */
export const LeadEventData = z
  .strictObject({
    lead: Lead.nullable().meta({
      description:
        "The lead as it is when the event is read; `null` where it is deleted, merged into another or erased by " +
        "now, or the caller does not see it (any more).",
    }),
    lead_withheld: z.literal(true).optional().meta({
      description:
        "For an API key without the scope `leads:read`: `lead` is `null` whatever became of the lead.",
    }),
    changed: z
      .array(z.string().max(64))
      .max(100)
      .optional()
      .meta({ description: "Of `lead.updated`: the fields that changed; empty where that is not kept." }),
    from_stage: z
      .string()
      .max(64)
      .nullable()
      .optional()
      .meta({ description: "Of `lead.stage_changed`: a key." }),
    to_stage: z
      .string()
      .max(64)
      .nullable()
      .optional()
      .meta({ description: "Of `lead.stage_changed`: a key." }),
    from_user_id: Id.nullable().optional().meta({ description: "Of `lead.assigned`." }),
    to_user_id: Id.nullable().optional().meta({ description: "Of `lead.assigned`." }),
    merged_lead_ids: z
      .array(Id)
      .max(100)
      .optional()
      .meta({ description: "Of `lead.merged`: the leads that went into this one, and are deleted." }),
    note_id: Id.optional().meta({ description: "Of `lead.note_added` and `lead.note_removed`." }),
    import_code: z
      .string()
      .max(64)
      .nullable()
      .meta({ description: "The import that made the change, or whose undo did; `null` for any other." }),
  })
  .meta({ id: "LeadEventData" });

const count = z.int().min(0);

/** Of an import's event. */
export const ImportEventData = z
  .strictObject({
    import: z
      .strictObject({
        import_code: z.string().max(64),
        status: ImportStatus,
        status_name: ImportStatusName,
        total_records: count.nullable(),
        created_records: count,
        updated_records: count,
        unchanged_records: count,
        duplicate_records: count,
        failed_records: count,
        warning_records: count,
      })
      .nullable()
      .meta({ description: "The import as it is when the event is read." }),
  })
  .meta({ id: "ImportEventData" });

export const Event = z
  .strictObject({
    id: z.string().max(64).meta({
      pattern: "^[0-9-]+$",
      description: "The same whenever the event is read. As `after` it leads to the events that follow.",
    }),
    type: z.enum(EVENT_TYPES),
    occurred_at: Time,
    actor: z.strictObject({
      type: z.enum(["user", "api_key", "operator", "system"]).meta({
        description:
          "An `operator` acts for the platform. What the `system` does by itself is its own, and so is the end of an " +
          "import: who asked to cancel it or to undo it is in the audit trail.",
      }),
      id: Id.nullable().meta({ description: "The user or the key; `null` for the others." }),
    }),
    object: z.strictObject({ type: z.enum(["lead", "import"]), id: Id }),
    data: z.union([LeadEventData, ImportEventData]),
  })
  .meta({ id: "Event" });

/** The most events of a page. */
const MOST_EVENTS = 500;

export const EventsAnswer = z
  .strictObject({
    events: z.array(Event).max(MOST_EVENTS),
    meta: z.strictObject({
      next_cursor: z.string().max(64).meta({
        pattern: "^[0-9-]+$",
        description: "What to send as `after` for the next page, now or later: there is always one.",
      }),
      has_more: z.boolean().meta({ description: "Whether there is more to read at once." }),
    }),
  })
  .meta({ id: "EventsAnswer" });

export const EventsParams = z.object({ id: PathId });

/** What the feed is asked for. */
export interface EventsRequest {
  after: string | undefined;
  types: EventType[] | null;
  limit: number;
}

const { schema } = listQuery({ type: oneOf(EVENT_TYPES, "in") }, ["id"]);

export const eventsQuery: ListQuery<EventsRequest> = {
  schema: schema.omit({ page: true, sort: true, count: true }).extend({
    after: z
      .string()
      .max(64)
      .optional()
      .meta({
        description:
          "`next_cursor` of the page before, or the id of an event. `latest` gives an empty page with the cursor of " +
          "the end of the feed. Without it the feed begins with the oldest event that is kept.",
      }),
    limit: integerText({ min: 1, max: MOST_EVENTS })
      .default(100)
      .meta({ description: `At most ${MOST_EVENTS}.`, example: 100 }),
  }),
  read: (values) => ({
    after: values.after as string | undefined,
    types: (values.type_in as EventType[] | undefined) ?? null,
    limit: values.limit as number,
  }),
};

export const exampleEvent: z.input<typeof Event> = {
  id: "1-42-1-1",
  type: "lead.updated",
  occurred_at: "2026-02-18T16:20:00.000Z",
  actor: { type: "user", id: 4 },
  object: { type: "lead", id: 1 },
  data: { lead: exampleLead, changed: ["stage", "job_title"], import_code: null },
};
