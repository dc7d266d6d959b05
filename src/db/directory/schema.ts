import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/** The directory: who may do what. Times are milliseconds since 1970, UTC. */

export const users = sqliteTable("users", {
  id: integer().primaryKey({ autoIncrement: true }),
  /** Trimmed and lower-cased: an address is one account, however it is typed. */
  email: text().notNull().unique(),
  firstName: text("first_name").notNull(),
  lastName: text("last_name").notNull(),
  phone: text(),
  locale: text({ enum: ["en", "es", "pt"] })
    .notNull()
    .default("en"),
  status: text({ enum: ["pending", "active", "disabled"] }).notNull(),
  operator: integer({ mode: "boolean" }).notNull().default(false),
  passwordHash: text("password_hash"),
  /** Raised to end every token of the user at once. */
  tokenVersion: integer("token_version").notNull().default(0),
  avatarKey: text("avatar_key"),
  onboardingCompletedAt: integer("onboarding_completed_at"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

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
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [index("companies_parent").on(t.parentCompanyId)],
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

export const accesses = sqliteTable("accesses", {
  id: integer().primaryKey(),
  name: text({ enum: ["owner", "manager", "agent", "viewer"] })
    .notNull()
    .unique(),
  description: text().notNull(),
  permissions: text({ mode: "json" }).$type<string[]>().notNull(),
});

export const userAccesses = sqliteTable(
  "user_accesses",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    accessId: integer("access_id")
      .notNull()
      .references(() => accesses.id),
    primary: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("user_accesses_user_company").on(t.userId, t.companyId),
    uniqueIndex("user_accesses_one_primary").on(t.userId).where(sql`${t.primary} = 1`),
    index("user_accesses_company").on(t.companyId),
  ],
);

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
  },
  (t) => [index("sessions_family").on(t.family), index("sessions_expires").on(t.expiresAt)],
);

export const stages = sqliteTable("stages", {
  id: integer().primaryKey(),
  name: text().notNull(),
  key: text().notNull().unique(),
  kind: text({ enum: ["initial", "open", "won", "lost"] }).notNull(),
  position: integer().notNull(),
});

export const memberships = sqliteTable("memberships", {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  description: text().notNull(),
  priceCents: integer("price_cents").notNull(),
  currency: text().notNull(),
  interval: text({ enum: ["month", "year"] }).notNull(),
  /** `null` where there is no limit. */
  maxUsers: integer("max_users"),
  maxLeads: integer("max_leads"),
  maxImportsPerMonth: integer("max_imports_per_month"),
  active: integer({ mode: "boolean" }).notNull().default(true),
});

export const companyMemberships = sqliteTable(
  "company_memberships",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    membershipId: integer("membership_id")
      .notNull()
      .references(() => memberships.id),
    status: text({ enum: ["active", "canceling", "canceled"] }).notNull(),
    startedAt: integer("started_at").notNull(),
    currentPeriodEnd: integer("current_period_end").notNull(),
    canceledAt: integer("canceled_at"),
  },
  (t) => [
    uniqueIndex("company_memberships_one_active").on(t.companyId).where(sql`${t.status} <> 'canceled'`),
  ],
);

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

/** The first answer to a POST that named an `Idempotency-Key`, replayed for 24 hours. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    userId: integer("user_id").notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    /** `null` while the first request is in flight. */
    status: integer(),
    body: text(),
    location: text(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.key] }), index("idempotency_keys_created").on(t.createdAt)],
);
