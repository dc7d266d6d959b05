import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, sqliteView, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { companies } from "./companies.ts";

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
    index("company_memberships_company").on(t.companyId, t.id),
    index("company_memberships_ending").on(t.currentPeriodEnd).where(sql`${t.status} <> 'canceled'`),
  ],
);

/**
 * Each company with the membership that counts for it: its own, else that of the nearest company above it. All with
 * one holder share its limits.
 */
export const sharedMemberships = sqliteView("shared_memberships", {
  companyId: integer("company_id").notNull(),
  holderId: integer("holder_id").notNull(),
  membershipId: integer("membership_id").notNull(),
}).existing();

/** What a billing provider is to be told: written in the same transaction as the change that it is about. */
export const billingEvents = sqliteTable(
  "billing_events",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    companyMembershipId: integer("company_membership_id")
      .notNull()
      .references(() => companyMemberships.id),
    kind: text({ enum: ["attached", "renewed", "canceling", "canceled"] }).notNull(),
    /** What is due for it. */
    amountCents: integer("amount_cents").notNull(),
    currency: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("billing_events_company").on(t.companyId, t.id)],
);
