import { type SQL, sql } from "drizzle-orm";
import { auditEach, type Origin } from "../../audit/record.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { Statement } from "../../db/directory/commit.ts";
import { auditEvents, invitations, userAccesses, users } from "../../db/directory/schema.ts";
import { OPEN_MS } from "../../invitations/invite/invite-statements.ts";
import { hasStatus } from "../../invitations/status.ts";
import {
  answeredAccess,
  answeringUser,
  hasGrantor,
  isAnsweredByOperator,
} from "../../user-accesses/grant/answer-for-access.ts";
import { isTreeMadeBy, sharesTree } from "../../user-accesses/grant/right-to-grant.ts";

/**
 * Statements, for the batch in which the mailbox of an account answers for the first time and before the one that
 * notes so, that turn into open invitations what others had given the account until then: anybody can make an account
 * under anybody's address and give it accesses, and would manage the person by them. No mail is written. Of an
 * account whose address was confirmed before, nothing changes.
 *
 * Each is offered as far as somebody answers for it, and by them. What nobody answers for any more ends, and so do
 * what is suspended, as invitations do, and what the account gave itself in a tree of others. In a tree that was made
 * from the account nobody else gave it anything: its accesses there stay.
 *
 * @param user the user's id, or an expression for it.
 * @param email the address that answers.
 * @param consented which rows of `user_accesses` the person takes by what they opened: these stay.
 */
export function offerEarlierAccesses(
  db: DirectoryDb,
  origin: Origin,
  { user, email, consented }: { user: SQL | number; email: string; consented: SQL },
): Statement[] {
  const { now } = origin;
  const ended = sql`(user_accesses.user_id = ${user}
    AND EXISTS (SELECT 1 FROM ${users} u WHERE u.id = ${user} AND u.email_confirmed_at IS NULL)
    AND ${hasGrantor} AND NOT ${isTreeMadeBy(user, sql`user_accesses.company_id`)}
    AND NOT (${consented} AND user_accesses.access_id IS ${answeredAccess}))`;
  const sameOffer = sql`${invitations.email} = ${email} AND ${invitations.companyId} = user_accesses.company_id`;
  const offered = sql`FROM ${userAccesses} WHERE ${ended} AND user_accesses.suspended_at IS NULL AND ${answeringUser} IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ${invitations} WHERE ${sameOffer} AND ${hasStatus("pending", now)})`;
  // Those who gave them read it: not from where the person came.
  const quiet = { ...origin, actor: null, ip: null, userAgent: null };
  const companyId = sql`user_accesses.company_id`;
  return [
    // An expired invitation still holds the place of its address in the company: it ends, so that the new one fits.
    db
      .update(invitations)
      .set({ revokedAt: now })
      .where(
        sql`${invitations.email} = ${email} AND ${invitations.acceptedAt} IS NULL AND ${invitations.revokedAt} IS NULL
          AND ${invitations.expiresAt} <= ${now}
          AND ${invitations.companyId} IN (SELECT user_accesses.company_id FROM ${userAccesses} WHERE ${ended})`,
      ),
    auditEach(
      db,
      quiet,
      {
        action: "invitation.created",
        companyId,
        objectId: sql`coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'invitations'), 0)
          + row_number() OVER (ORDER BY user_accesses.id)`,
        details: sql`json_object('access_id', ${answeredAccess})`,
      },
      offered,
    ),
    db.insert(invitations).select(
      sql`SELECT NULL, user_accesses.company_id, ${email}, ${answeredAccess}, NULL, NULL, ${answeringUser}, ${now},
          ${now + OPEN_MS}, NULL, NULL, NULL, NULL ${offered} ORDER BY user_accesses.id`,
    ),
    auditEach(
      db,
      quiet,
      {
        action: "user_access.removed",
        companyId,
        objectId: sql`user_accesses.id`,
        details: sql`json_object('user_id', user_accesses.user_id, 'access_id', NULL,
          'previous_access_id', user_accesses.access_id, 'reason', 'not_accepted')`,
      },
      sql`FROM ${userAccesses} WHERE ${ended}`,
    ),
    db.delete(userAccesses).where(ended),
  ];
}

/** Whether the access of a row of `user_accesses` is in the tree of a company, as a condition. */
export function isInTreeOf(companyId: SQL | number): SQL {
  return sharesTree(companyId, sql`user_accesses.company_id`);
}

/**
 * What a person takes by opening the mail to set a first password: the accesses in the tree of the company that made
 * the account, and those that operators gave.
 */
export function isOfMaker(userId: number): SQL {
  const made = sql`(SELECT made.company_id FROM ${auditEvents} made WHERE made.object_type = 'user'
    AND made.object_id = ${userId} AND made.action = 'user.created' ORDER BY made.id LIMIT 1)`;
  return sql`(${isInTreeOf(made)} OR ${isAnsweredByOperator})`;
}
