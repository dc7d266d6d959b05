import { type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { mails, users } from "../../db/directory/schema.ts";

/** For so long after a change of address the old one can have it undone. */
export const UNDO_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Whether an address can be had: not where somebody can still have it back, since an account under it would keep
 * them from that.
 *
 * @param user whose own address it may have been, if anybody's.
 * @param now milliseconds since 1970.
 */
export function isFree(email: string | SQL, user: SQL | number | null, now: number): SQL {
  const others = user !== null ? sql`AND user_id <> ${user}` : sql``;
  return sql`NOT EXISTS (
    SELECT 1 FROM ${mails} WHERE email = ${email} AND kind = 'email_changed' AND link_ended_at IS NULL
      AND link_expires_at > ${now} ${others})`;
}

/** A statement that lets a change be undone for the whole time from now on. */
export function extendUndo(db: DirectoryDb, userId: SQL | number, now: number) {
  return db
    .update(mails)
    .set({ linkExpiresAt: now + UNDO_MS })
    .where(
      sql`${mails.userId} = ${userId} AND ${mails.kind} = 'email_changed' AND ${mails.linkEndedAt} IS NULL
        AND ${mails.email} = (SELECT email FROM ${users} WHERE id = ${userId})`,
    );
}
