import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const stages = sqliteTable("stages", {
  id: integer().primaryKey(),
  name: text().notNull(),
  key: text().notNull().unique(),
  kind: text({ enum: ["initial", "open", "won", "lost"] }).notNull(),
  position: integer().notNull(),
});
