import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { accesses } from "./accesses.ts";
import { companies } from "./companies.ts";
import { users } from "./users.ts";

/** An access offered to an e-mail address: its link is mailed, and one for the same company replaces it. */
export const invitations = sqliteTable(
  "invitations",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    /** Trimmed and lower-cased, as in `users`. */
    email: text().notNull(),
    accessId: integer("access_id")
      .notNull()
      .references(() => accesses.id),
    firstName: text("first_name"),
    lastName: text("last_name"),
    invitedBy: integer("invited_by")
      .notNull()
      .references(() => users.id),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    acceptedAt: integer("accepted_at"),
    acceptedBy: integer("accepted_by").references(() => users.id),
    /** When it was taken back, replaced by a newer one, or declined. */
    revokedAt: integer("revoked_at"),
    /** When the invited person declined it. */
    declinedAt: integer("declined_at"),
  },
  (t) => [
    uniqueIndex("invitations_one_open")
      .on(t.companyId, t.email)
      .where(sql`${t.acceptedAt} IS NULL AND ${t.revokedAt} IS NULL`),
    index("invitations_company").on(t.companyId, t.id),
    index("invitations_email").on(t.email, t.createdAt),
    index("invitations_inviter").on(t.invitedBy, t.createdAt),
  ],
);
