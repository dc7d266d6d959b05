import { sql } from "drizzle-orm";
import { companyMemberships, userAccesses } from "./schema.ts";

/**
 * Conditions of partial indexes. SQLite takes such an index only where a statement says its condition in literals: what
 * is bound could be anything.
 */

/** Of a company's memberships the one that counts. */
export const isInForce = sql`${companyMemberships.status} <> 'canceled'`;

/** Of a user's accesses the primary one. */
export const isPrimary = sql`${userAccesses.primary} = 1`;
