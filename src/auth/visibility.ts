import { type Column, type SQL, sql } from "drizzle-orm";
import { accessRoots, companyAncestors, users } from "../db/directory/schema.ts";
import type { UserActor } from "./actor.ts";

/** Which companies an actor sees, as SQL over the directory: it holds at that point of a transaction. */

/** Somebody who looks: an actor, or the caller of a request as far as their token says who they are. */
export type VisibilityActor = Pick<UserActor, "userId"> & { operator: boolean | SQL };

/** A caller who is not confirmed yet. Whether they are an operator is asked where it matters. */
export function unconfirmedActor(userId: number): VisibilityActor {
  return { userId, operator: sql`(SELECT u.operator FROM ${users} u WHERE u.id = ${userId})` };
}

/** Whether the actor sees a company. It reads a handful of rows for each row that it is asked of. */
export function isCompanyVisible(actor: VisibilityActor, companyId: Column | SQL): SQL {
  if (actor.operator === true) return sql`1`;
  const sees = sql`EXISTS (${rootsAbove(actor, companyId, sql`1`)})`;
  return actor.operator === false ? sees : sql`(${actor.operator} OR ${sees})`;
}

/** The strongest access that reaches a company, as an id: 1 owner to 4 viewer, NULL for none. */
export function strongestAccess(actor: Pick<UserActor, "userId">, companyId: Column | SQL): SQL {
  return sql`(${rootsAbove(actor, companyId, sql`min(r.access_id)`)})`;
}

/** All companies that the actor sees, as a query of one column, in which one may come twice. */
export function visibleCompanies({ userId }: UserActor): SQL {
  return sql`
    SELECT ca.company_id FROM ${accessRoots} r CROSS JOIN ${companyAncestors} ca ON ca.ancestor_id = r.company_id
    WHERE r.user_id = ${userId}`;
}

function rootsAbove({ userId }: Pick<UserActor, "userId">, companyId: Column | SQL, selected: SQL): SQL {
  return sql`
    SELECT ${selected}
    FROM ${companyAncestors} ca CROSS JOIN ${accessRoots} r ON r.user_id = ${userId} AND r.company_id = ca.ancestor_id
    WHERE ca.company_id = ${companyId}`;
}
