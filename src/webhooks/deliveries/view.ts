import type * as z from "zod";
import type { Attempt } from "../../db/leads/schema.ts";
import { isoTime } from "../../http/time.ts";
import { hasArrived } from "../request/post.ts";
import type { DeliveryRow } from "./queries.ts";
import type { Delivery, PingAnswer } from "./schemas.ts";

/** A delivery as the API shows it. */
export function viewDelivery(row: DeliveryRow): z.input<typeof Delivery> {
  return {
    id: row.id,
    webhook_id: row.webhookId,
    event_id: row.eventId,
    event: row.event,
    object_id: row.objectId,
    status: row.status,
    next_attempt_at: row.status === "pending" ? isoTime(row.nextAt) : null,
    attempts: row.attempts.map((attempt) => ({ attempted_at: isoTime(attempt.at), ...outcomeOf(attempt) })),
    body: row.body,
    created_at: isoTime(row.createdAt),
    ended_at: isoTime(row.endedAt),
  };
}

/** What came of a ping. */
export function viewPing(attempt: Attempt): z.input<typeof PingAnswer>["ping"] {
  return { delivered: hasArrived(attempt), ...outcomeOf(attempt) };
}

function outcomeOf({ status, error, answer, ms }: Attempt) {
  return { status_code: status, error, answer, duration_ms: ms };
}
