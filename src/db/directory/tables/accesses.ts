import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { ImportLink } from "../../../auth/api-keys/import-link.ts";
import type { Scope } from "../../../auth/api-keys/scopes.ts";
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

/**
 * What programs of a company sign in with. A row is never deleted: what its key did is told by its id.
 *
 * Ids begin after `API_KEY_IDS` of src/auth/api-keys/ids.ts, so that the author of anything is a user or a key by the
 * id alone.
 */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    name: text().notNull(),
    accessId: integer("access_id")
      .notNull()
      .references(() => accesses.id),
    /** `null` for all that its access allows. */
    scopes: text({ mode: "json" }).$type<Scope[]>(),
    /** What a link for imports allows; `null` for a key that is none. */
    importLink: text("import_link", { mode: "json" }).$type<ImportLink>(),
    /** How its secret begins, by which people tell keys apart. */
    prefix: text().notNull(),
    /** The SHA-256 of its secret, hexadecimal: 256 random bits need no slow hash. */
    secretHash: text("secret_hash").notNull(),
    createdBy: integer("created_by")
      .notNull()
      .references(() => users.id),
    createdAt: integer("created_at").notNull(),
    /** `null` for a key that does not expire. */
    expiresAt: integer("expires_at"),
    /** Some minutes behind. */
    lastUsedAt: integer("last_used_at"),
    endedAt: integer("ended_at"),
  },
  (t) => [
    uniqueIndex("api_keys_secret").on(t.secretHash),
    index("api_keys_company").on(t.companyId, t.id),
    index("api_keys_creator").on(t.createdBy),
    check("api_keys_id", sql`${t.id} > 500000000000`),
    check("api_keys_access", sql`${t.accessId} > 1`),
  ],
);
