import * as z from "zod";
import { EVENT_TYPES } from "../../events/event-types.ts";
import { integers, listQuery, oneOf, RANGE, times } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { Id, PathId, SentTime, Time } from "../../http/validation/fields.ts";
import { FAILURES } from "../request/failures.ts";

const STATUSES = ["pending", "delivered", "failed"] as const;

/** What came of sending something once: to an attempt of a delivery, and to a ping. */
const outcome = {
  status_code: z.int().min(100).max(999).nullable().meta({
    description: "The status of the answer; `null` where none came.",
  }),
  error: z
    .enum(FAILURES)
    .nullable()
    .meta({
      description:
        "Why no answer came. `timeout`: not within 10 seconds. `connection_failed`: nobody is there, or without a good " +
        "certificate. `not_resolved`, `name_not_looked_up`: the name. `secret_unreadable`: rotate the secret. The others " +
        "say what is wrong with the address.",
    }),
  answer: z.string().max(1024).nullable().meta({ description: "The first KiB of the answer, as text." }),
  duration_ms: z.int().min(0).meta({ description: "How long it took, in milliseconds." }),
};

export const Delivery = z
  .strictObject({
    id: Id,
    webhook_id: Id.meta({ description: "The webhook that it is for." }),
    event_id: z.string().max(64).meta({
      description: "The event in the feed, and `webhook-id` of what is sent.",
    }),
    event: z.enum(EVENT_TYPES).meta({ description: "The type of the event." }),
    object_id: Id.meta({ description: "The lead or the import that it is about." }),
    status: z.enum(STATUSES).meta({
      description:
        "`failed`: given up after three days. One that is `pending` may wait for an earlier one of its lead.",
    }),
    next_attempt_at: Time.nullable().meta({
      description: "When it is tried next; `null` where it has ended.",
    }),
    attempts: z
      .array(z.strictObject({ attempted_at: Time.meta({ description: "When it was sent." }), ...outcome }))
      .max(30)
      .meta({ description: "The newest 30, the oldest of them first." }),
    body: z.string().max(1_000_000).meta({ description: "What is sent, to the letter." }),
    created_at: Time,
    ended_at: Time.nullable().meta({ description: "When it arrived, or was given up." }),
  })
  .meta({ id: "WebhookDelivery", description: "An event on its way to a webhook; kept for 30 days." });

export const DeliveriesAnswer = z
  .strictObject({
    deliveries: z.array(Delivery).max(100).meta({ description: "The deliveries of this page." }),
    meta: PageMeta,
  })
  .meta({ id: "WebhookDeliveriesAnswer" });
export const DeliveryAnswer = z.strictObject({ delivery: Delivery }).meta({ id: "WebhookDeliveryAnswer" });

export const PingAnswer = z
  .strictObject({
    ping: z
      .strictObject({
        delivered: z.boolean().meta({ description: "Whether a status of success came back." }),
        ...outcome,
      })
      .meta({ description: "What came of it." }),
  })
  .meta({ id: "WebhookPingAnswer" });

export const RedeliverBody = z
  .strictObject({ since: SentTime.meta({ description: "Those that were given up since then." }) })
  .meta({ id: "RedeliverBody", example: { since: "2026-02-17T00:00:00.000Z" } });
export const RedeliverAnswer = z
  .strictObject({
    redelivered: z.int().min(0).meta({ description: "How many are sent again." }),
    has_more: z.boolean().meta({ description: "Whether there are more: then ask again." }),
  })
  .meta({ id: "RedeliverAnswer" });

export const DeliveryParams = z.object({ id: PathId.meta({ description: "The delivery's id." }) });

export const deliveriesQuery = listQuery(
  {
    id: integers("eq"),
    status: oneOf(STATUSES, "eq"),
    event: oneOf(EVENT_TYPES, "eq"),
    created_at: times(...RANGE),
  },
  ["-id"],
);

export const exampleDelivery: z.input<typeof Delivery> = {
  id: 1,
  webhook_id: 1,
  event_id: "1-42-1-2",
  event: "lead.stage_changed",
  object_id: 1,
  status: "pending",
  next_attempt_at: "2026-02-18T16:20:06.000Z",
  attempts: [
    {
      attempted_at: "2026-02-18T16:20:01.000Z",
      status_code: 500,
      error: null,
      answer: "out of order",
      duration_ms: 84,
    },
  ],
  body: '{"type":"lead.stage_changed","timestamp":"2026-02-18T16:20:00.000Z","id":"1-42-1-2","company_id":1,"actor":{"type":"user","id":4},"object":{"type":"lead","id":1},"data":{"from_stage":"new","to_stage":"contacted","import_code":null}}',
  created_at: "2026-02-18T16:20:00.000Z",
  ended_at: null,
};
