import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { companies } from "./companies.ts";
import { users } from "./users.ts";

/** Append-only: who did what to which object, when and from where; written in the same transaction as the deed. */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The company in whose name it was done; `null` for what people do to themselves, and operators to people. */
    companyId: integer("company_id").references(() => companies.id),
    /** `null` for a caller who was not signed in, for an API key and for the system. */
    actorId: integer("actor_id").references(() => users.id),
    action: text().notNull(),
    objectType: text("object_type").notNull(),
    objectId: integer("object_id").notNull(),
    /** Ids and names of fields, never what a person wrote into them. */
    details: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    ip: text(),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    createdAt: integer("created_at").notNull(),
    /** The id that an event of a lead store had in its outbox there, so that it arrives once; see src/audit/outbox. */
    sourceId: text("source_id"),
    /** The API key that did it. */
    actorKeyId: integer("actor_key_id"),
  },
  (t) => [
    uniqueIndex("audit_events_source").on(t.sourceId).where(sql`${t.sourceId} IS NOT NULL`),
    index("audit_events_company").on(t.companyId, t.id),
    index("audit_events_object").on(t.objectType, t.objectId, t.id),
    index("audit_events_own").on(t.actorId, t.id).where(sql`${t.companyId} IS NULL`),
  ],
);
