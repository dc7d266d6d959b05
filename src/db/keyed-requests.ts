import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Requests that named an `Idempotency-Key`, for 24 hours, in the database of what they create: that a request has
 * created something is written in the transaction that creates it. A trigger refuses a second time, and a request that
 * lost the lease.
 */
export const keyedRequests = sqliteTable(
  "keyed_requests",
  {
    /** SHA-256 of the caller and the key: what a client writes into a key is not kept. */
    keyHash: text("key_hash").primaryKey(),
    /** The `operationId` of the route: it says of what table `object_id` is an id. */
    operation: text().notNull(),
    /** What was asked for, hashed; empty where the key is free again, because nothing was created. */
    fingerprint: text().notNull(),
    /** Who works on it, and until when nobody else may begin. */
    leaseId: text("lease_id").notNull(),
    leasedUntil: integer("leased_until").notNull(),
    /** What was created; `null` as long as nothing was. */
    objectId: integer("object_id"),
    /** The first answer, once it is known; 404 where it named a person who was erased. */
    status: integer(),
    body: text(),
    headers: text({ mode: "json" }).$type<Record<string, string>>(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    index("keyed_requests_created").on(t.createdAt),
    index("keyed_requests_object").on(t.objectId).where(sql`${t.objectId} IS NOT NULL`),
  ],
);
