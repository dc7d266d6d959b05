import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";

/** One row for each refresh token ever handed out; only its SHA-256 is kept. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    /** All tokens that came from one sign-in. */
    family: text().notNull(),
    refreshHash: text("refresh_hash").notNull().unique(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    revokedAt: integer("revoked_at"),
    /** The id of the family's first row, under which the session is listed; `null` in that row itself. */
    rootId: integer("root_id"),
    /** When its user proved who they are: the session ends 90 days later, however often it is refreshed. */
    signedInAt: integer("signed_in_at").notNull().default(0),
    /** Where the refresh token was handed out to. */
    ip: text(),
    /** Its IPv4 address, or the /64 of its IPv6 address. */
    network: text(),
    userAgent: text("user_agent"),
  },
  (t) => [
    index("sessions_family").on(t.family),
    index("sessions_user").on(t.userId),
    index("sessions_expires").on(t.expiresAt),
  ],
);

/** Sign-ins that failed, by the SHA-256 of the e-mail that was typed: known or not, they are counted alike. */
export const loginFailures = sqliteTable(
  "login_failures",
  {
    emailHash: text("email_hash").primaryKey(),
    failures: integer().notNull(),
    failedAt: integer("failed_at").notNull(),
    /** Before this, no attempt is looked at. */
    retryAt: integer("retry_at").notNull(),
  },
  (t) => [index("login_failures_failed").on(t.failedAt)],
);
