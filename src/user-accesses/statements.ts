import { and, eq, type SQL, sql } from "drizzle-orm";
import { auditEach, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import type { Statement } from "../db/directory/commit.ts";
import { userAccesses } from "../db/directory/schema.ts";
import { asTable } from "./grant/requested-accesses.ts";
import type { RequestedAccess } from "./schemas.ts";

/** Changes of accesses as statements of a batch, each with what it tells the trail before it happens. */

/** Whose accesses are changed, and in the course of what. */
export interface Change {
  db: DirectoryDb;
  origin: Origin;
  userId: number;
}

/** Instead of a time it says that the user is about to leave; see the trigger `user_accesses_last_owner_changed`. */
const LEAVING = -1;

const { id, companyId, accessId, primary } = userAccesses;
const OF_ROW = { companyId: sql`${companyId}`, objectId: sql`${id}` };

/** Gives the user each access that is wanted in a company where they have none, in the order of the list. */
export function insertAccesses({ db, origin, userId }: Change, wanted: RequestedAccess[]): Statement[] {
  const missing = sql`FROM ${asTable(wanted)} WHERE w.company_id NOT IN (
    SELECT ${companyId} FROM ${userAccesses} WHERE ${ofUser(userId)})`;
  const event = {
    action: "user_access.granted" as const,
    companyId: sql`w.company_id`,
    objectId: newAccessId(sql`row_number() OVER (ORDER BY w.position)`),
    details: detailsOf(sql`${userId}`, { after: sql`w.access_id`, becomesPrimary: sql`w.is_primary` }),
  };
  return [
    auditEach(db, origin, event, missing),
    db
      .insert(userAccesses)
      .select(
        sql`SELECT NULL, ${userId}, w.company_id, w.access_id, 0, ${origin.now}, NULL ${missing} ORDER BY w.position`,
      ),
  ];
}

/**
 * The id that the next access gets.
 *
 * @param place where several are given at once, its place among them from 1.
 * @see https://www.sqlite.org/autoinc.html
 */
export function newAccessId(place = sql`1`): SQL {
  return sql`coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'user_accesses'), 0) + ${place}`;
}

/** Gives the user another access in each company where another one is wanted than they have. */
export function updateAccesses({ db, origin, userId }: Change, wanted: RequestedAccess[]): Statement[] {
  const becomesPrimary = sql`(w.is_primary AND NOT ${primary})`;
  const event = {
    ...OF_ROW,
    action: "user_access.changed" as const,
    details: detailsOf(userAccesses.userId, { before: accessId, after: sql`w.access_id`, becomesPrimary }),
  };
  const table = asTable(wanted);
  return [
    auditEach(
      db,
      origin,
      event,
      sql`FROM ${table} JOIN ${userAccesses} ON ${companyId} = w.company_id
        WHERE ${ofUser(userId)} AND (${accessId} <> w.access_id OR ${becomesPrimary})`,
    ),
    db
      .update(userAccesses)
      .set({ accessId: sql`(SELECT w.access_id FROM ${table} WHERE w.company_id = ${companyId})` })
      .where(
        and(
          ofUser(userId),
          sql`EXISTS (SELECT 1 FROM ${table} WHERE w.company_id = ${companyId} AND w.access_id <> ${accessId})`,
        ),
      ),
  ];
}

/** Takes those accesses away from the user that a condition finds. */
export function removeStatements({ db, origin, userId }: Change, condition: SQL): Statement[] {
  const held = sql`${ofUser(userId)} AND ${condition}`;
  const event = {
    ...OF_ROW,
    action: "user_access.removed" as const,
    details: detailsOf(userAccesses.userId, { before: accessId }),
  };
  return [
    auditEach(db, origin, event, sql`FROM ${userAccesses} WHERE ${held}`),
    db.delete(userAccesses).where(held),
  ];
}

/**
 * A statement for the batch in which users themselves leave companies, before the one that removes their accesses:
 * everybody may leave, the last owner too. The database keeps anybody else from removing that one.
 */
export function leaveStatement({ db, userId }: Change, condition: SQL): Statement {
  return db
    .update(userAccesses)
    .set({ suspendedAt: LEAVING })
    .where(and(ofUser(userId), condition));
}

/** Makes the access primary that is wanted as such, if one is; the trail has it from the statements above. */
export function primaryStatements({ db, userId }: Change, wanted: RequestedAccess[]): Statement[] {
  const chosen = wanted.find((one) => one.primary);
  if (!chosen) return [];
  const isChosen = eq(companyId, chosen.company_id);
  return [
    // There is never a second one, so the old one goes first.
    db
      .update(userAccesses)
      .set({ primary: false })
      .where(and(ofUser(userId), eq(primary, true), sql`NOT ${isChosen}`)),
    db
      .update(userAccesses)
      .set({ primary: true })
      .where(and(ofUser(userId), isChosen)),
  ];
}

function ofUser(userId: number): SQL {
  return eq(userAccesses.userId, userId);
}

/** What the trail keeps of a change, as an expression for JSON. */
function detailsOf(
  userId: SQL | typeof userAccesses.userId,
  change: { before?: typeof accessId; after?: SQL; becomesPrimary?: SQL },
): SQL {
  const { before = sql`NULL`, after = sql`NULL`, becomesPrimary = sql`0` } = change;
  return sql`json_patch(
    json_object('user_id', ${userId}, 'access_id', ${after}, 'previous_access_id', ${before}),
    iif(${becomesPrimary}, '{"primary":true}', '{}'))`;
}
