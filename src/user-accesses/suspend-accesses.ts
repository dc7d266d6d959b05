import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { auditEach } from "../audit/record.ts";
import type { UserActor } from "../auth/actor.ts";
import type { Statement } from "../db/directory/commit.ts";
import { invitations, userAccesses, users } from "../db/directory/schema.ts";
import { revokeInvitations, revokeInvitationsOf } from "../invitations/invite/revoke-invitations.ts";
import { grantableBy } from "./conditions.ts";
import type { Change } from "./statements.ts";

/**
 * Statements that suspend all accesses of a user that an actor may take away, or lift what was suspended of them.
 * A suspended access counts for nothing. What the user could give by it ends, and what they are offered where the
 * actor decides, too. The database refuses to suspend the last owner of a company.
 */
export function suspendAccesses(
  { db, origin, userId }: Change,
  actor: UserActor,
  suspend: boolean,
): Statement[] {
  const { id, companyId, accessId, suspendedAt } = userAccesses;
  const changed =
    and(
      eq(userAccesses.userId, userId),
      suspend ? isNull(suspendedAt) : isNotNull(suspendedAt),
      grantableBy(actor, userAccesses),
    ) ?? sql`0`;
  const event = {
    action: suspend ? ("user_access.suspended" as const) : ("user_access.restored" as const),
    companyId: sql`${companyId}`,
    objectId: sql`${id}`,
    details: sql`json_object('user_id', ${userAccesses.userId}, 'access_id', ${accessId})`,
  };
  const change: Statement[] = [
    auditEach(db, origin, event, sql`FROM ${userAccesses} WHERE ${changed}`),
    db
      .update(userAccesses)
      .set({ suspendedAt: suspend ? origin.now : null })
      .where(changed),
  ];
  if (!suspend) return change;
  const email = db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  const offered = sql`${inArray(invitations.email, email)} AND ${grantableBy(actor, invitations)}`;
  return [
    ...change,
    ...revokeInvitationsOf(db, origin, userId),
    ...revokeInvitations(db, origin, offered, { reason: "suspended" }),
  ];
}
