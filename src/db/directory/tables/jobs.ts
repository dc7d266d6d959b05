import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Files on their way into R2: written before their first byte, and removed once an import has the file. What broke
 * off in between is found here and swept.
 */
export const uploads = sqliteTable(
  "uploads",
  {
    fileKey: text("file_key").primaryKey(),
    userId: integer("user_id").notNull(),
    /** The multipart upload in R2, for a file of more than one part. */
    multipartId: text("multipart_id"),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("uploads_created").on(t.createdAt)],
);

/** How far a sweep has come that goes through more than one run of cron may. */
export const checkpoints = sqliteTable("checkpoints", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).$type<unknown>().notNull(),
  movedAt: integer("moved_at").notNull(),
});
