import { foreignKey, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The places whose leads certain users work. A place falls into the first territory by priority that takes it in. */
export const territories = sqliteTable(
  "territories",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id").notNull(),
    name: text().notNull(),
    /** From 1, without gaps; below 0 only half-way through a change of the order. */
    priority: integer().notNull(),
    /** ISO 3166-1 alpha-2. An empty list takes in any place, here as below. */
    countries: text({ mode: "json" }).$type<string[]>().notNull(),
    states: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The states folded, as they are compared. */
    stateKeys: text("state_keys", { mode: "json" }).$type<string[]>().notNull(),
    cities: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The cities folded, as they are compared. */
    cityKeys: text("city_keys", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("territories_company").on(t.companyId, t.id),
    uniqueIndex("territories_priority").on(t.companyId, t.priority),
  ],
);

export const territoryUsers = sqliteTable(
  "territory_users",
  {
    territoryId: integer("territory_id").notNull(),
    /** A user of the directory. */
    userId: integer("user_id").notNull(),
    companyId: integer("company_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.territoryId, t.userId] }),
    foreignKey({
      columns: [t.companyId, t.territoryId],
      foreignColumns: [territories.companyId, territories.id],
    }),
  ],
);
