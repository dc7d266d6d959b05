import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { mails } from "../../db/directory/schema.ts";

/**
 * A statement that ends the links in the mails of an invitation, or of several.
 *
 * @param invitationId an expression where it is known only within the transaction, or a query for several.
 * @param now milliseconds since 1970.
 */
export function revokeInvitationLinks(db: DirectoryDb, invitationId: number | SQL, now: number) {
  return db
    .update(mails)
    .set({ linkEndedAt: now })
    .where(and(sql`${mails.invitationId} IN (${invitationId})`, isNull(mails.linkEndedAt)));
}
