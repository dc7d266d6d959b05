import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from "drizzle-orm/sqlite-core";

export const companies = sqliteTable(
  "companies",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull(),
    parentCompanyId: integer("parent_company_id").references((): AnySQLiteColumn => companies.id),
    /** The lead store of the whole company tree, given when its root is created. */
    leadStore: integer("lead_store").notNull(),
    avatarKey: text("avatar_key"),
    timezone: text().notNull().default("UTC"),
    /** ISO 3166-1 alpha-2: how a phone without a country code is read. */
    country: text(),
    defaultLocale: text("default_locale", { enum: ["en", "es", "pt"] })
      .notNull()
      .default("en"),
    cyclesEnabled: integer("cycles_enabled", { mode: "boolean" }).notNull().default(false),
    /** Since when no active user with a confirmed address owns it, by an access to it or above it; kept by triggers. */
    withoutOwnerSince: integer("without_owner_since"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    index("companies_parent").on(t.parentCompanyId),
    index("companies_without_owner").on(t.id).where(sql`${t.withoutOwnerSince} IS NOT NULL`),
    index("companies_avatar").on(t.avatarKey).where(sql`${t.avatarKey} IS NOT NULL`),
  ],
);

/** Each company with each of its ancestors, itself included (depth 0): an access reaches all descendants. */
export const companyAncestors = sqliteTable(
  "company_ancestors",
  {
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    ancestorId: integer("ancestor_id")
      .notNull()
      .references(() => companies.id),
    depth: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ancestorId, t.companyId] }),
    index("company_ancestors_company").on(t.companyId),
    check("company_ancestors_depth", sql`${t.depth} BETWEEN 0 AND 4`),
  ],
);

/** How many companies there are in the tree below a company, itself included. Kept by triggers. */
export const companyCounts = sqliteTable("company_counts", {
  companyId: integer("company_id").primaryKey(),
  companies: integer().notNull(),
});

/** The lead stores: how many companies live in each (kept by a trigger), and how large it was when it was measured last. */
export const leadStoreSizes = sqliteTable("lead_stores", {
  store: integer().primaryKey(),
  companies: integer().notNull(),
  bytes: integer(),
  measuredAt: integer("measured_at"),
});
