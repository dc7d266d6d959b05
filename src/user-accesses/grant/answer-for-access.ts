import { type SQL, sql } from "drizzle-orm";
import { auditEvents, users } from "../../db/directory/schema.ts";
import { hasRightToGrant } from "./right-to-grant.ts";

/**
 * Who answers for an access as it stands, by the trail, as expressions over a row of `user_accesses`. Each one who
 * gave or changed it answers for what they set, but for no more than it was at any time since: what somebody lowered
 * is not raised by those before. Only who may still give as much answers for it; the user never does.
 */

const ofRow = sql`given.object_type = 'user_access' AND given.object_id = user_accesses.id
  AND given.action IN ('user_access.granted', 'user_access.changed')`;

const answers = sql`(
  SELECT given.id, given.actor_id, max(user_accesses.access_id,
    max(coalesce(given.details->>'access_id', user_accesses.access_id))
      OVER (ORDER BY given.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS access_id
  FROM ${auditEvents} given WHERE ${ofRow}) answer
  WHERE answer.actor_id <> user_accesses.user_id AND ${hasRightToGrant(sql`answer.actor_id`, {
    companyId: sql`user_accesses.company_id`,
    accessId: sql`answer.access_id`,
  })}`;

const strongest = sql`(
  SELECT json_array(answer.actor_id, answer.access_id) FROM ${answers}
  ORDER BY answer.access_id, answer.id DESC LIMIT 1)`;

/** Of those who answer for most of it the last one, by their id; NULL where nobody does. */
export const answeringUser: SQL = sql`${strongest}->>0`;

/** The strongest access that somebody answers for, no stronger than the row's; NULL where nobody does. */
export const answeredAccess: SQL = sql`${strongest}->>1`;

/** Whether a platform operator is among those who answer for it. */
export const isAnsweredByOperator: SQL = sql`EXISTS (
  SELECT 1 FROM ${answers} AND EXISTS (SELECT 1 FROM ${users} g WHERE g.id = answer.actor_id AND g.operator = 1))`;

/** Whether the trail tells who gave it: of what an installation began with it does not. */
export const hasGrantor: SQL = sql`EXISTS (SELECT 1 FROM ${auditEvents} given WHERE ${ofRow})`;
