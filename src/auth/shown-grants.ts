import { type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { userAccesses } from "../db/directory/schema.ts";
import type { UserActor } from "./actor.ts";
import { type GrantRow, grantsAsJson } from "./grants.ts";

/** The companies that users are shown with, and the grants of who looks in them; both as JSON. */
export interface ShownGrants {
  about: string;
  grants: string;
}

/**
 * A statement that looks up what showing users needs to know of who looks, in the batch that reads the users: their
 * grants in the primary companies of others, and in all companies of those who are suspended somewhere.
 *
 * @param ids a query for the ids of the users.
 */
export function selectShownGrants(db: DirectoryDb, { userId, operator }: UserActor, ids: SQL) {
  // An operator sees every company anyway.
  const shown = operator
    ? sql`(SELECT '[]' AS about)`
    : sql`(
      SELECT json_group_array(DISTINCT ua.company_id) AS about FROM ${userAccesses} ua
      WHERE ua.user_id IN ${ids} AND ua.user_id <> ${userId} AND (ua."primary" OR EXISTS (
        SELECT 1 FROM ${userAccesses} s WHERE s.user_id = ua.user_id AND s.suspended_at IS NOT NULL)))`;
  return db
    .select({
      about: sql<string>`about`.as("about"),
      grants: sql<string>`(${grantsAsJson(sql`about`, userId)})`.as("grants"),
    })
    .from(shown);
}

/** Hands an actor what {@link selectShownGrants} has looked up. */
export function addShownGrants(actor: UserActor, shown: ShownGrants | undefined): void {
  if (!shown || actor.operator) return;
  actor.grants.add(JSON.parse(shown.about) as number[], JSON.parse(shown.grants) as GrantRow[]);
}
