import { type Column, type SQL, sql } from "drizzle-orm";
import { auditEvents, companies, companyAncestors, userAccesses, users } from "../../db/directory/schema.ts";

/** An access in a company, as expressions over rows or as values. */
interface AccessInCompany {
  companyId: SQL | Column | number;
  accessId: SQL | Column | number;
}

/**
 * Whether a user may grant an access in a company, as a condition: the rule of `mayGrant`, decided by what is
 * there when the statement runs and not by what the user had when their request came in. An owner of the company,
 * or of one above it, may grant any access; a manager those below manager; an operator all. Neither a user who is
 * not active nor an access that is suspended counts.
 *
 * @param userId an id or an expression for it.
 */
export function hasRightToGrant(
  userId: SQL | Column | number,
  { companyId, accessId }: AccessInCompany,
): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${users} granter WHERE granter.id = ${userId} AND granter.status = 'active'
    AND (granter.operator = 1 OR EXISTS (
      SELECT 1 FROM ${userAccesses} own JOIN ${companyAncestors} reach ON reach.ancestor_id = own.company_id
      WHERE own.user_id = granter.id AND own.suspended_at IS NULL AND reach.company_id = ${companyId}
      AND (own.access_id = 1 OR (own.access_id = 2 AND ${accessId} > 2)))))`;
}

/** Whether two companies are in one tree, as a condition. */
export function sharesTree(companyId: SQL | Column | number, other: SQL | Column | number): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${companyAncestors} up JOIN ${companyAncestors} down ON down.ancestor_id = up.ancestor_id
    WHERE up.company_id = ${companyId} AND down.company_id = ${other})`;
}

/**
 * Whether a user made the tree that a company is in, from its root on, as a condition. What they have in it is theirs
 * whether or not their address is confirmed: nobody gave it to them.
 */
export function isTreeMadeBy(userId: SQL | number, companyId: SQL | Column | number): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${companyAncestors} up JOIN ${companies} top ON top.id = up.ancestor_id
    JOIN ${auditEvents} made ON made.object_type = 'company' AND made.object_id = top.id
    WHERE up.company_id = ${companyId} AND top.parent_company_id IS NULL
    AND made.action = 'company.created' AND made.actor_id = ${userId})`;
}

/**
 * Whether somebody manages a user in the tree of a company: whether the user has an access in that tree, which
 * they may grant. Then another access in it is theirs to give; anybody else has to ask the user.
 */
export function managesInTree(managerId: number, userId: number, companyId: SQL | Column | number): SQL {
  const held = { companyId: sql`held.company_id`, accessId: sql`held.access_id` };
  return sql`EXISTS (
    SELECT 1 FROM ${userAccesses} held
    JOIN ${companyAncestors} up ON up.company_id = held.company_id
    JOIN ${companyAncestors} down ON down.ancestor_id = up.ancestor_id
    WHERE held.user_id = ${userId} AND down.company_id = ${companyId}
    AND ${hasRightToGrant(managerId, held)})`;
}

/** Whether somebody may grant every access that a user has, so that the user as a whole is theirs to manage. */
export function managesWhole(managerId: number, userId: SQL | Column | number): SQL {
  const held = { companyId: sql`held.company_id`, accessId: sql`held.access_id` };
  return sql`NOT EXISTS (
    SELECT 1 FROM ${userAccesses} held WHERE held.user_id = ${userId} AND NOT ${hasRightToGrant(managerId, held)})`;
}
