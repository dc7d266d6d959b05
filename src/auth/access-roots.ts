import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { accessRoots, companies, companyAncestors, companyCounts } from "../db/directory/schema.ts";

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
  timezone: string,
];

/**
 * A query for the roots of a user, as one JSON array of {@link ListedRootRow}.
 *
 * @param most an expression for how many of them at most; -1 for all.
 */
export function rootsAsJson(userId: SQL, most: SQLWrapper): SQL {
  return sql`
    SELECT json_group_array(json_array(r.company_id, r.access_id, c.lead_store, n.companies, (
      SELECT min(o.access_id)
      FROM ${companyAncestors} ca CROSS JOIN ${accessRoots} o ON o.user_id = r.user_id AND o.company_id = ca.ancestor_id
      WHERE ca.company_id = r.company_id AND ca.depth > 0), c.name, c.timezone))
    FROM (SELECT * FROM ${accessRoots} WHERE user_id = ${userId} LIMIT ${most}) r
    CROSS JOIN ${companies} c ON c.id = r.company_id
    CROSS JOIN ${companyCounts} n ON n.company_id = r.company_id`;
}
