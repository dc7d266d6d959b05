import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EventType } from "../../../../events/event-types.ts";
import type { Failure } from "../../../../webhooks/request/failures.ts";

/**
 * Events on their way to a webhook, and those that have been sent: for 30 days. The body is kept as it was sent first,
 * and has ids and names of columns, nothing of a person.
 */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    webhookId: integer("webhook_id").notNull(),
    companyId: integer("company_id").notNull(),
    /** The id of the event in the feed. */
    eventId: text("event_id").notNull(),
    event: text().$type<EventType>().notNull(),
    /** The lead or the import: what happened to it is sent in order. */
    objectId: integer("object_id").notNull(),
    body: text().notNull(),
    status: text({ enum: ["pending", "delivered", "failed"] })
      .notNull()
      .default("pending"),
    /** When it is tried next, where it is pending. */
    nextAt: integer("next_at").notNull(),
    /** Its first try, or the first since it was asked for again, and how many there have been since. */
    triedSince: integer("tried_since"),
    tries: integer().notNull().default(0),
    /** The newest ones, the oldest of them first. */
    attempts: text({ mode: "json" }).$type<Attempt[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (t) => [
    index("webhook_deliveries_webhook").on(t.webhookId, t.id),
    index("webhook_deliveries_pending").on(t.webhookId, t.objectId, t.id).where(sql`${t.status} = 'pending'`),
    index("webhook_deliveries_failed").on(t.webhookId, t.endedAt).where(sql`${t.status} = 'failed'`),
  ],
);

/** What came of sending an event once. */
export interface Attempt {
  /** Milliseconds since 1970. */
  at: number;
  /** How long it took, in milliseconds. */
  ms: number;
  /** The status of the answer; `null` where none came. */
  status: number | null;
  /** Why none came, in a word. */
  error: Failure | null;
  /** The first KiB of the answer. */
  answer: string | null;
  /** How long the receiver asked to be left alone, in milliseconds; absent where it did not. */
  retryAfter?: number;
}
