import { type Column, type SQL, sql } from "drizzle-orm";
import { type Actor, mayGrant } from "../../auth/actor.ts";
import { userAccesses } from "../../db/directory/schema.ts";

/** The rules as conditions on rows of `user_accesses`, so that a transaction decides by what is there then. */

/** Whether an actor sees an access of a user: people see all of their own, others those in companies they see. */
export function seenBy(actor: Actor, userId: number): SQL {
  if (actor.operator || actor.userId === userId) return sql`1`;
  return inList(userAccesses.companyId, [...actor.grants.keys()]);
}

/** {@link mayGrant} for the access and the company of a row. */
export function grantableBy(actor: Actor, row: { companyId: SQL | Column; accessId: SQL | Column }): SQL {
  if (actor.operator) return sql`1`;
  const byStrongest = Map.groupBy(actor.grants.keys(), (companyId) =>
    ACCESS_IDS.find((accessId) => mayGrant(actor, { companyId, accessId })),
  );
  const conditions = [...byStrongest].flatMap(([strongest, companyIds]) =>
    strongest === undefined
      ? []
      : [sql`(${row.accessId} >= ${strongest} AND ${inList(row.companyId, companyIds)})`],
  );
  return conditions.length > 0 ? sql`(${sql.join(conditions, sql` OR `)})` : sql`0`;
}

/** The strongest first. */
const ACCESS_IDS = [1, 2, 3, 4];

/**
 * Whether an actor may say which of a user's accesses is primary: that is the user's own to choose. Of somebody who
 * has none yet, the first one becomes primary anyway.
 */
export function mayChoosePrimary(actor: Actor, userId: number): SQL {
  if (actor.userId === userId) return sql`1`;
  return sql`NOT EXISTS (SELECT 1 FROM ${userAccesses} WHERE ${userAccesses.userId} = ${userId})`;
}

/** A condition that takes one bound parameter, however long the list is. */
export function inList(column: SQL | Column, ids: number[]): SQL {
  return sql`(${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)})))`;
}
