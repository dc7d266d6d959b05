import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { companies } from "./companies.ts";
import { users } from "./users.ts";

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
    /**
     * Since when it counts for nothing: the company's managers cut the user off, who may belong to others too; -1 while
     * they leave.
     */
    suspendedAt: integer("suspended_at"),
  },
  (t) => [
    uniqueIndex("user_accesses_user_company").on(t.userId, t.companyId),
    uniqueIndex("user_accesses_one_primary").on(t.userId).where(sql`${t.primary} = 1`),
    index("user_accesses_company").on(t.companyId),
    index("user_accesses_suspended").on(t.userId).where(sql`${t.suspendedAt} IS NOT NULL`),
  ],
);

/**
 * Of a user's accesses those that another one, to a company above, does not imply: with the ancestors they say all
 * that the user sees, and they stay few where somebody owns an agency and each of its companies too. Kept by triggers.
 */
export const accessRoots = sqliteTable(
  "access_roots",
  {
    userId: integer("user_id").notNull(),
    companyId: integer("company_id").notNull(),
    accessId: integer("access_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.companyId] })],
);
