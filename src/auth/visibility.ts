import { type Column, eq, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { accessRoots, companyAncestors } from "../db/directory/schema.ts";
import type { AccessRoot } from "./access-roots.ts";
import type { UserActor } from "./actor.ts";

/** Which companies an actor sees, as SQL over the directory: it holds at that point of a transaction. */

/** Whether the actor sees a company. It reads a handful of rows for each row that it is asked of. */
export function isCompanyVisible(actor: UserActor, companyId: Column | SQL): SQL {
  if (actor.operator) return sql`1`;
  return sql`EXISTS (${rootsAbove(actor, companyId, sql`1`)})`;
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

/** The accesses that say all that an actor may: those which no access above implies. */
export function accessRootsOf(db: DirectoryDb, { userId }: UserActor): Promise<AccessRoot[]> {
  return db
    .select({ companyId: accessRoots.companyId, accessId: accessRoots.accessId })
    .from(accessRoots)
    .where(eq(accessRoots.userId, userId));
}
