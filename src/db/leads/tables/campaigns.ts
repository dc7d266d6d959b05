import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const campaigns = sqliteTable(
  "campaigns",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    status: text({ enum: ["draft", "active", "paused", "ended"] }).notNull(),
    startsAt: integer("starts_at"),
    endsAt: integer("ends_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [uniqueIndex("campaigns_company").on(t.companyId, t.id)],
);

export const questions = sqliteTable(
  "questions",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    campaignId: integer("campaign_id").notNull(),
    key: text().notNull(),
    text: text().notNull(),
    kind: text({ enum: ["single_choice", "multiple_choice", "text", "number", "date", "boolean"] }).notNull(),
    required: integer({ mode: "boolean" }).notNull().default(false),
    position: integer().notNull(),
    /** No longer asked, but kept for the answers that it has. */
    archived: integer({ mode: "boolean" }).notNull().default(false),
    /** Whether some lead has ever answered it. */
    answered: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    uniqueIndex("questions_company").on(t.companyId, t.id),
    uniqueIndex("questions_campaign_key").on(t.companyId, t.campaignId, t.key),
    foreignKey({ columns: [t.companyId, t.campaignId], foreignColumns: [campaigns.companyId, campaigns.id] }),
  ],
);

export const questionOptions = sqliteTable(
  "question_options",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    questionId: integer("question_id").notNull(),
    label: text().notNull(),
    value: text().notNull(),
    position: integer().notNull(),
    archived: integer({ mode: "boolean" }).notNull().default(false),
    /**
     * Whether some lead has ever chosen it, so that nobody has to look through all leads to know.
     */
    answered: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    uniqueIndex("question_options_value").on(t.companyId, t.questionId, t.value),
    foreignKey({ columns: [t.companyId, t.questionId], foreignColumns: [questions.companyId, questions.id] }),
  ],
);

/**
 * A period in which a company collects leads; those of a company never overlap, by a trigger. A lead belongs to the
 * cycle in which it arrived.
 */
export const cycles = sqliteTable(
  "cycles",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    startsAt: integer("starts_at").notNull(),
    /** The first instant that is no longer of it. */
    endsAt: integer("ends_at").notNull(),
    leadGoal: integer("lead_goal"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    index("cycles_company").on(t.companyId, t.startsAt),
    check("cycles_end_after_start", sql`${t.endsAt} > ${t.startsAt}`),
  ],
);
