import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const users = sqliteTable(
  "users",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Trimmed and lower-cased: an address is one account, however it is typed. */
    email: text().notNull().unique(),
    /** When the mailbox of `email` answered; until then nothing that is addressed to it is shown or accepted. */
    emailConfirmedAt: integer("email_confirmed_at"),
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
    /** When all who were in the account were put out: devices and networks that it was used from before are not known. */
    securedAt: integer("secured_at"),
    /** Whether they are told when an import of theirs that took a while has ended. */
    importMails: integer("import_mails", { mode: "boolean" }).notNull().default(true),
    avatarKey: text("avatar_key"),
    onboardingCompletedAt: integer("onboarding_completed_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [index("users_avatar").on(t.avatarKey).where(sql`${t.avatarKey} IS NOT NULL`)],
);
