import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { PartProbe } from "../../../imports/readers/encodings/probe-part.ts";
import { users } from "./users.ts";

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

/** A file that comes in parts: written before anything of it is in R2, and kept until it expires. */
export const multipartUploads = sqliteTable(
  "multipart_uploads",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Whose it is; where an API key opened it, the user who made the key. */
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    /** Whose leads the file has, where that was said; once its import is decided, the company of that. */
    companyId: integer("company_id"),
    fileName: text("file_name").notNull(),
    bytes: integer().notNull(),
    /** What its sender says of the whole file, hexadecimal. */
    sha256: text(),
    partBytes: integer("part_bytes").notNull(),
    fileKey: text("file_key").notNull(),
    /** The multipart upload in R2; `null` where its beginning broke off. */
    multipartId: text("multipart_id"),
    /** The import that the file is for, once that is decided: it may not have been written yet. */
    importCode: text("import_code"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** The API key that opened it, whose alone it is then. */
    keyId: integer("key_id"),
  },
  (t) => [
    uniqueIndex("multipart_uploads_file_key").on(t.fileKey),
    index("multipart_uploads_user").on(t.userId, t.expiresAt),
    index("multipart_uploads_expires").on(t.expiresAt),
    index("multipart_uploads_company").on(t.companyId, t.id),
  ],
);

/** The parts of a file that have come, or are coming. They are deleted once its import is decided. */
export const uploadedParts = sqliteTable(
  "uploaded_parts",
  {
    uploadId: integer("upload_id")
      .notNull()
      .references(() => multipartUploads.id, { onDelete: "cascade" }),
    /** From 1. */
    number: integer().notNull(),
    /** How often it was begun. */
    attempts: integer().notNull(),
    /** What R2 calls it; `null` until it is there. */
    etag: text(),
    /** What its bytes say of the encoding of the file. */
    probe: text({ mode: "json" }).$type<PartProbe>(),
  },
  (t) => [primaryKey({ columns: [t.uploadId, t.number] })],
);

/** How far a sweep has come that goes through more than one run of cron may. */
export const checkpoints = sqliteTable("checkpoints", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).$type<unknown>().notNull(),
  movedAt: integer("moved_at").notNull(),
});

/** Rows of zeros, for a moment: they take the pages that were freed, and what was erased is written over. */
export const fillers = sqliteTable("fillers", {
  id: integer().primaryKey(),
  bytes: blob().notNull(),
});
