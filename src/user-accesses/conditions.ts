import { type Column, type SQL, sql } from "drizzle-orm";
import type { AccessRoot } from "../auth/access-roots.ts";
import type { UserActor } from "../auth/actor.ts";
import { isCompanyVisible, strongestAccess, type VisibilityActor } from "../auth/visibility.ts";
import { companyAncestors, userAccesses } from "../db/directory/schema.ts";

/** The rules as conditions on rows of `user_accesses`, so that a transaction decides by what is there then. */

/** Whether an actor sees an access of a user: people see all of their own, others those in companies they see. */
export function isVisibleTo(actor: VisibilityActor, userId: number): SQL {
  return actor.userId === userId ? sql`1` : isCompanyVisible(actor, userAccesses.companyId);
}

/**
 * `mayGrant` for the access and the company of a row: an owner may grant any access, a manager those below manager.
 *
 * @param roots what the actor had when the request came, where it may be their own accesses that it changes; without
 * it, what they have at that point of the transaction.
 */
export function grantableBy(
  actor: UserActor,
  row: { companyId: SQL | Column; accessId: SQL | Column },
  roots?: readonly AccessRoot[],
): SQL {
  if (actor.operator) return sql`1`;
  const own = roots ? strongestOf(roots, row.companyId) : strongestAccess(actor, row.companyId);
  return sql`(CASE ${own} WHEN 1 THEN 1 WHEN 2 THEN ${row.accessId} > 2 ELSE 0 END)`;
}

function strongestOf(roots: readonly AccessRoot[], companyId: SQL | Column): SQL {
  const held = JSON.stringify(roots.map(({ companyId, accessId }) => [companyId, accessId]));
  return sql`(
    SELECT min(r.value->>1) FROM ${companyAncestors} ca CROSS JOIN json_each(${held}) r
    WHERE ca.company_id = ${companyId} AND r.value->>0 = ca.ancestor_id)`;
}

/**
 * Whether an actor may say which of a user's accesses is primary: that is the user's own to choose. Of somebody who
 * has none yet, the first one becomes primary anyway.
 */
export function mayChoosePrimary(actor: UserActor, userId: number): SQL {
  if (actor.userId === userId) return sql`1`;
  return sql`NOT EXISTS (SELECT 1 FROM ${userAccesses} WHERE ${userAccesses.userId} = ${userId})`;
}

/** A condition that takes one bound parameter, however long the list is. */
export function inList(column: SQL | Column, ids: number[]): SQL {
  return sql`(${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)})))`;
}
