import { type Column, type SQL, sql } from "drizzle-orm";
import { companyAncestors, userAccesses, users } from "../db/directory/schema.ts";

/**
 * Whether a company learns who a user is, as a condition on a row of `users`: all but operators who are nobody in the
 * company. Who has left it since stays by name, because the company knew them when they acted for it.
 */
export function isNamedIn(companyId: SQL | Column | number): SQL {
  return sql`(${users.operator} = 0 OR EXISTS (
    SELECT 1 FROM ${userAccesses} ua JOIN ${companyAncestors} ca ON ca.ancestor_id = ua.company_id
    WHERE ua.user_id = ${users.id} AND ca.company_id = ${companyId}))`;
}
