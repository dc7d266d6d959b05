import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Audit events of this store on their way into the directory's trail: written in the transaction of what they tell
 * of, and deleted once they have arrived.
 */
export const auditOutbox = sqliteTable("audit_outbox", {
  id: integer().primaryKey({ autoIncrement: true }),
  /** What the directory knows an event by that it has already. */
  sourceId: text("source_id").notNull(),
  companyId: integer("company_id").notNull(),
  /** A user of the directory; `null` for the system. */
  actorId: integer("actor_id"),
  action: text().notNull(),
  objectType: text("object_type").notNull(),
  objectId: integer("object_id").notNull(),
  details: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  ip: text(),
  userAgent: text("user_agent"),
  requestId: text("request_id"),
  createdAt: integer("created_at").notNull(),
});
