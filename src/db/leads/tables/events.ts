import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What changed leads and imports of a company, for 30 days, in the order of the transactions that did it. A row has ids
 * and names of columns, and nothing of a person: what a lead is, is read when the event is.
 *
 * Ids count up by one in each company, and the last row of a company is never purged, so that no id comes twice and a
 * reader sees by them whether it has missed any. The table is WITHOUT ROWID (by its migration): a row is one write.
 */
export const events = sqliteTable(
  "events",
  {
    companyId: integer("company_id").notNull(),
    id: integer().notNull(),
    /** A type of the feed, or of a row that stands for many events of the feed: see src/events/stored-events.ts. */
    type: text().notNull(),
    /** A lead or an import; the first one of several. */
    objectId: integer("object_id").notNull(),
    actorKind: text("actor_kind", { enum: ["user", "api_key", "operator", "system"] }).notNull(),
    /** A user of the directory, or a key. */
    actorId: integer("actor_id"),
    details: text({ mode: "json" }).$type<unknown>().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.companyId, t.id] })],
);

/**
 * Audit events of this store on their way into the directory's trail: written in the transaction of what they tell
 * of, and deleted once they have arrived.
 */
export const auditOutbox = sqliteTable("audit_outbox", {
  id: integer().primaryKey({ autoIncrement: true }),
  /** What the directory knows an event by that it has already. */
  sourceId: text("source_id").notNull(),
  companyId: integer("company_id").notNull(),
  /** A user or an API key of the directory, which their ids tell apart; `null` for the system. */
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
