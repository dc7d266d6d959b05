import { type Column, eq, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { accessRoots, companies, companyAncestors, companyCounts } from "../db/directory/schema.ts";
import type { Actor } from "./actor.ts";

/** Which companies an actor sees, as SQL over the directory: it holds at that point of a transaction. */

/** Whether the actor sees a company. It reads a handful of rows for each row that it is asked of. */
export function isCompanyVisible(actor: Actor, companyId: Column | SQL): SQL {
  if (actor.operator) return sql`1`;
  return sql`EXISTS (${rootsAbove(actor, companyId, sql`1`)})`;
}

/** The strongest access that reaches a company, as an id: 1 owner to 4 viewer, NULL for none. */
export function strongestAccess(actor: Pick<Actor, "userId">, companyId: Column | SQL): SQL {
  return sql`(${rootsAbove(actor, companyId, sql`min(r.access_id)`)})`;
}

/** All companies that the actor sees, as a query of one column, in which one may come twice. */
export function visibleCompanies({ userId }: Actor): SQL {
  return sql`
    SELECT ca.company_id FROM ${accessRoots} r CROSS JOIN ${companyAncestors} ca ON ca.ancestor_id = r.company_id
    WHERE r.user_id = ${userId}`;
}

function rootsAbove({ userId }: Pick<Actor, "userId">, companyId: Column | SQL, selected: SQL): SQL {
  return sql`
    SELECT ${selected}
    FROM ${companyAncestors} ca CROSS JOIN ${accessRoots} r ON r.user_id = ${userId} AND r.company_id = ca.ancestor_id
    WHERE ca.company_id = ${companyId}`;
}

/** An access that no other one of the same user implies. */
export interface AccessRoot {
  companyId: number;
  accessId: number;
}

/** A root with what lists over companies need to know of it. */
export interface ListedRoot extends AccessRoot {
  store: number;
  /** How many companies it reaches, itself included. */
  companies: number;
  /** The strongest of the weaker accesses above it, which reach them too; `null` for none. */
  above: number | null;
}

/** A root as {@link rootsAsJson} lists it. */
export type ListedRootRow = [
  companyId: number,
  accessId: number,
  store: number,
  companies: number,
  above: number | null,
  companyName: string,
];

/** A query for the roots of a user, as one JSON array of {@link ListedRootRow}. */
export function rootsAsJson(userId: SQL): SQL {
  return sql`
    SELECT json_group_array(json_array(r.company_id, r.access_id, c.lead_store, n.companies, (
      SELECT min(o.access_id)
      FROM ${companyAncestors} ca CROSS JOIN ${accessRoots} o ON o.user_id = r.user_id AND o.company_id = ca.ancestor_id
      WHERE ca.company_id = r.company_id AND ca.depth > 0), c.name))
    FROM ${accessRoots} r
    CROSS JOIN ${companies} c ON c.id = r.company_id
    CROSS JOIN ${companyCounts} n ON n.company_id = r.company_id
    WHERE r.user_id = ${userId}`;
}

/** The accesses that say all that an actor may: those which no access above implies. */
export function accessRootsOf(db: DirectoryDb, { userId }: Actor): Promise<AccessRoot[]> {
  return db
    .select({ companyId: accessRoots.companyId, accessId: accessRoots.accessId })
    .from(accessRoots)
    .where(eq(accessRoots.userId, userId));
}
