import { sql } from "drizzle-orm";
import type { Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { auditEvents, mails, sessions, users } from "../db/directory/schema.ts";
import { networkOfAddress } from "../http/rate-limits/network.ts";

/**
 * A statement that mails a user of a sign-in from a device that their account was not signed in from before, and
 * gives the id of the mail. The first sign-in of an account is no news, and an address that was not confirmed may be
 * somebody else's.
 *
 * @param withoutToken whether the device could not show that it is known. Then one counts as known that comes from
 * the network and with the user agent of a session that there is.
 */
export function announceDevice(db: DirectoryDb, userId: number, withoutToken: boolean, origin: Origin) {
  const { now, userAgent, ip } = origin;
  const isNew = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${userId} AND email_confirmed_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM ${auditEvents}
      WHERE actor_id = ${userId} AND company_id IS NULL AND action = 'session.opened')
    AND NOT EXISTS (SELECT 1 FROM ${sessions}
      WHERE user_id = ${userId} AND network = ${networkOfAddress(ip)} AND user_agent IS ${userAgent}
        AND (revoked_at IS NULL OR signed_in_at >= coalesce((
          SELECT secured_at FROM ${users} WHERE id = ${userId}), 0)))`;
  return db
    .insert(mails)
    .select(
      sql`SELECT NULL, 'new_device', (SELECT email FROM ${users} WHERE id = ${userId}), ${userId}, NULL, NULL, NULL,
        0, ${now}, NULL, NULL, ${now}, NULL, NULL WHERE ${withoutToken ? isNew : sql`0`}`,
    )
    .returning({ id: mails.id });
}
