import { and, eq, type SQL, sql } from "drizzle-orm";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { userAccesses } from "../db/directory/schema.ts";
import { revokeInvitationsOf } from "../invitations/invite/revoke-invitations.ts";
import { grantableBy, isVisibleTo } from "./conditions.ts";
import type { Granting } from "./grant/granting.ts";
import { leaveStatement, removeStatements } from "./statements.ts";

/**
 * Removes an access of a user: for those who could grant it; users may always leave a company themselves, which is
 * marked as one without an owner where they were its last. The invitations that the user could give by it end too.
 *
 * @throws 404 where the user has no such access in a company that the actor sees, 403 where it is not theirs to
 * take, 409 for a company's last owner who does not leave themselves.
 */
export async function removeAccess({ db, actor, origin, target }: Granting, id: number): Promise<void> {
  const { roots } = actor;
  const change = { db, origin, userId: target.id };
  const which = eq(userAccesses.id, id);
  const isThere = (condition: SQL) =>
    sql`EXISTS (SELECT 1 FROM ${userAccesses} WHERE ${and(which, eq(userAccesses.userId, target.id), condition)})`;
  await commit(db, [
    refuseUnless(db, isThere(isVisibleTo(actor, target.id)), "not_found"),
    refuseUnless(db, isThere(target.self ? sql`1` : grantableBy(actor, userAccesses, roots)), "forbidden"),
    ...(target.self ? [leaveStatement(change, which)] : []),
    ...removeStatements(change, which),
    ...revokeInvitationsOf(db, origin, target.id),
  ]);
}
