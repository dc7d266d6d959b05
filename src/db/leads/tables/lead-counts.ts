import { integer, sqliteTable } from "drizzle-orm/sqlite-core";

/**
 * How many leads a company has, deleted ones aside, for its membership's limit: counting a million rows for each
 * chunk of an import would cost more than writing it. Every insert of leads raises it in the same transaction; what
 * is deleted, restored or erased is counted by triggers, which an import never meets.
 */
export const leadCounts = sqliteTable("lead_counts", {
  companyId: integer("company_id").primaryKey(),
  leads: integer().notNull(),
  /**
   * Raised, by triggers, with whatever may make a record another lead's person: leads that come and go, and other
   * e-mails, phones and external ids. Who looked leads up sees by it whether what was found still holds.
   */
  identityVersion: integer("identity_version").notNull().default(0),
});

/**
 * How many leads a campaign has, deleted ones aside. Kept as {@link leadCounts} are: who inserts leads raises it, the
 * rest is counted by triggers.
 */
export const campaignCounts = sqliteTable("campaign_counts", {
  campaignId: integer("campaign_id").primaryKey(),
  leads: integer().notNull(),
});
