import { sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../../audit/record.ts";
import { endSessionsOf } from "../../auth/sessions/sessions.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { refuseUnless, type Statement } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { isInTreeOf, offerEarlierAccesses } from "./offer-earlier-accesses.ts";
import { revokeMailLinks } from "./revoke-mail-links.ts";

/**
 * Statements, for the batch in which somebody signs up with the code that was mailed to their address, that end what
 * gets anybody into the account that is there: sessions and links. They refuse the batch with `email_taken` where the
 * account's address is confirmed, or an operator has disabled it; where there is none they do nothing. Accesses that
 * others gave stay in the tree of the company that invites; elsewhere they become invitations.
 *
 * @param companyId of the invitation.
 */
export function claimStatements(
  db: DirectoryDb,
  origin: Origin,
  { email, companyId }: { email: string; companyId: number },
): Statement[] {
  const { now } = origin;
  const account = sql`(SELECT id FROM ${users} WHERE email = ${email})`;
  const taken = sql`EXISTS (SELECT 1 FROM ${users} WHERE email = ${email}
    AND (email_confirmed_at IS NOT NULL OR status = 'disabled'))`;
  return [
    refuseUnless(db, sql`NOT ${taken}`, "email_taken"),
    ...offerEarlierAccesses(db, origin, { user: account, email, consented: isInTreeOf(companyId) }),
    ...endSessionsOf(db, account, now),
    revokeMailLinks(db, sql`${mails.userId} = ${account}`, now),
    db
      .update(users)
      .set({ avatarKey: null, onboardingCompletedAt: null })
      .where(sql`${users.email} = ${email}`),
    auditWhere(
      db,
      origin,
      { action: "user.email_confirmed", companyId: null, actorId: account, objectId: account },
      sql`${account} IS NOT NULL`,
    ),
  ];
}
