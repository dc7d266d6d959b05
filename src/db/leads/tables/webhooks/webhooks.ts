import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { EventType } from "../../../../events/event-types.ts";

/** Where a program of a company wants to be told what changed, and how far in the feed it has been. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    url: text().notNull(),
    description: text(),
    events: text({ mode: "json" }).$type<EventType[]>().notNull(),
    /** Those that sign, the newest first; encrypted, see src/webhooks/secrets. */
    secrets: text({ mode: "json" }).$type<KeptSecret[]>().notNull(),
    /** A user of the directory, or an API key. */
    createdBy: integer("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** The place in the feed up to which there are deliveries: after all of a row, or after an event of it. */
    cursorRow: integer("cursor_row").notNull(),
    cursorObject: integer("cursor_object"),
    cursorType: integer("cursor_type"),
    /** Since when nothing has arrived any more, though it was tried; `null` while something does. */
    failingSince: integer("failing_since"),
    /** How many runs in a row have reached nobody, and until when none is made. */
    failedRuns: integer("failed_runs").notNull().default(0),
    restUntil: integer("rest_until"),
    switchedOffAt: integer("switched_off_at"),
    switchedOffReason: text("switched_off_reason", { enum: ["by_hand", "failing", "gone"] }),
    /** From then on it is gone for everybody; its rows are deleted step by step. */
    deletedAt: integer("deleted_at"),
    leasedUntil: integer("leased_until"),
    leaseId: text("lease_id"),
    queuedAt: integer("queued_at"),
  },
  (t) => [
    uniqueIndex("webhooks_company").on(t.companyId, t.id),
    index("webhooks_at_work")
      .on(t.companyId)
      .where(sql`${t.switchedOffAt} IS NULL AND ${t.deletedAt} IS NULL`),
    index("webhooks_deleted").on(t.id).where(sql`${t.deletedAt} IS NOT NULL`),
  ],
);

/** A secret as it is kept. @property until when it signs, in milliseconds since 1970; `null` for the present one. */
export interface KeptSecret {
  sealed: string;
  until: number | null;
}
