import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { users } from "./users.ts";

export const legalTerms = sqliteTable(
  "legal_terms",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    version: text().notNull(),
    locale: text({ enum: ["en", "es", "pt"] }).notNull(),
    title: text().notNull(),
    body: text().notNull(),
    sha256: text().notNull(),
    publishedAt: integer("published_at").notNull(),
  },
  (t) => [uniqueIndex("legal_terms_version_locale").on(t.version, t.locale)],
);

/** Append-only: who approved which text, when and from where. */
export const legalApprovals = sqliteTable(
  "legal_approvals",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    legalTermId: integer("legal_term_id")
      .notNull()
      .references(() => legalTerms.id),
    version: text().notNull(),
    sha256: text().notNull(),
    approvedAt: integer("approved_at").notNull(),
    ip: text(),
    userAgent: text("user_agent"),
  },
  (t) => [index("legal_approvals_user").on(t.userId, t.version)],
);
