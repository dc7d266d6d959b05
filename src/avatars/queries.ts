import { and, eq, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { companies, users } from "../db/directory/schema.ts";

/** Whose avatar it is. */
export interface AvatarOwner {
  kind: "user" | "company";
  id: number;
  /** In whose name it is changed. @see AuditEvent */
  companyId: number | null;
}

const TABLES = { user: users, company: companies };

/** Which avatar a row names. */
export function selectAvatar(db: DirectoryDb, { kind, id }: AvatarOwner) {
  const table = TABLES[kind];
  return db.select({ name: table.avatarKey }).from(table).where(eq(table.id, id));
}

/** A statement that has a row name another avatar, or none. @param now milliseconds since 1970. */
export function nameAvatar(db: DirectoryDb, { kind, id }: AvatarOwner, name: string | null, now: number) {
  const table = TABLES[kind];
  return db
    .update(table)
    .set({ avatarKey: name, updatedAt: now })
    .where(and(eq(table.id, id), sql`${table.avatarKey} IS NOT ${name}`));
}
