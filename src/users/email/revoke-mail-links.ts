import { type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { mails } from "../../db/directory/schema.ts";

/**
 * A statement that ends the links, not used yet, of the mails that a condition finds.
 *
 * @param now milliseconds since 1970.
 */
export function revokeMailLinks(db: DirectoryDb, condition: SQL, now: number) {
  return db
    .update(mails)
    .set({ linkEndedAt: now })
    .where(sql`(${condition}) AND ${mails.linkEndedAt} IS NULL`);
}

/** Finds the mails that ask a user to confirm a new address. @param user their id, or an expression for it. */
export function confirmationsOf(user: number | SQL): SQL {
  return sql`${mails.userId} = ${user} AND ${mails.kind} = 'confirm_email'`;
}
