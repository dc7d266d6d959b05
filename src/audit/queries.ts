import { eq, type SQL, sql } from "drizzle-orm";
import type { UserActor } from "../auth/actor.ts";
import { isApiKeyId } from "../auth/api-keys/ids.ts";
import { isNamedIn } from "../auth/named-in-company.ts";
import type { VisibilityActor } from "../auth/visibility.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { apiKeys, auditEvents, userAccesses, users } from "../db/directory/schema.ts";
import { equals } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { managesWhole } from "../user-accesses/grant/right-to-grant.ts";

const filterable = {
  id: auditEvents.id,
  action: auditEvents.action,
  actor_id: auditEvents.actorId,
  object_type: auditEvents.objectType,
  object_id: auditEvents.objectId,
  created_at: auditEvents.createdAt,
};

/** The row that the view of an event is made of. */
export type AuditEventRow = Awaited<ReturnType<typeof listAuditEvents>>["rows"][number];

/**
 * A page of a company's trail: what was done in its name, and what those of its people did to themselves, since they
 * are its people, whom the actor manages in all of their companies. When and from where somebody signs in is nobody
 * else's business.
 *
 * @param actor who looks: operators see the events of all, and each other.
 */
export function listAuditEvents(db: DirectoryDb, actor: UserActor, companyId: number, request: ListRequest) {
  const shown = actor.operator ? sql`1` : isShown(companyId);
  const people = sql`(
    SELECT ua.user_id, ua.created_at FROM ${userAccesses} ua WHERE ua.company_id = ${companyId}
    AND ${actor.operator ? sql`1` : managesWhole(actor.userId, sql`ua.user_id`)})`;
  const trail = sql`
    SELECT id FROM ${auditEvents} WHERE company_id = ${companyId}
    UNION
    SELECT by_person.id FROM ${people} person CROSS JOIN ${auditEvents} by_person
    WHERE by_person.actor_id = person.user_id AND by_person.company_id IS NULL
      AND by_person.created_at >= person.created_at AND ${isOwn(sql`by_person`)}
    UNION
    SELECT tried.id FROM ${people} person CROSS JOIN ${auditEvents} tried
    WHERE tried.object_type = 'user' AND tried.object_id = person.user_id AND tried.company_id IS NULL
      AND tried.created_at >= person.created_at AND tried.action = 'user.sign_in_failed'`;
  return listTrail(db, trail, shown, request);
}

/**
 * A page of what somebody did to themselves: signed in, changed their password; and of what was tried on their
 * account or done to it by operators.
 *
 * @param viewer who looks: the user, an operator, or somebody who manages all of the user's accesses, for whom it
 * begins with the first of these.
 */
export function listPersonalEvents(
  db: DirectoryDb,
  viewer: VisibilityActor,
  userId: number,
  request: ListRequest,
) {
  const shown = sql`(${viewer.operator} OR ${users.operator} = 0 OR ${users.id} = ${userId})`;
  const since =
    viewer.userId === userId
      ? sql`0`
      : sql`iif(${viewer.operator}, 0, (SELECT min(created_at) FROM ${userAccesses} WHERE user_id = ${userId}))`;
  const trail = sql`
    SELECT by_person.id FROM ${auditEvents} by_person
    WHERE by_person.actor_id = ${userId} AND by_person.company_id IS NULL AND by_person.created_at >= ${since}
      AND ${isOwn(sql`by_person`)}
    UNION
    SELECT id FROM ${auditEvents}
    WHERE object_type = 'user' AND object_id = ${userId} AND company_id IS NULL AND created_at >= ${since}`;
  return listTrail(db, trail, shown, request);
}

/** Whether an event is one of somebody who did it to themselves. */
function isOwn(event: SQL): SQL {
  return sql`(${event}.object_type = 'session'
    OR (${event}.object_type = 'user' AND ${event}.object_id = ${event}.actor_id))`;
}

/** A page of the events whose ids a query gives. @param shown whether the actor of an event may be named. */
function listTrail(db: DirectoryDb, trail: SQL, shown: SQL, request: ListRequest) {
  const ofKey = isApiKeyId(Number(equals(request, "actor_id") ?? 0));
  const columns = ofKey ? { ...filterable, actor_id: auditEvents.actorKeyId } : filterable;
  return readPage(db, request, columns, {
    rows: from(db, shown),
    counted: db.select(ONE).from(auditEvents).leftJoin(users, eq(users.id, auditEvents.actorId)),
    where: [
      sql`${auditEvents.id} IN (${trail})`,
      // Who is not shown is not found by their id either.
      equals(request, "actor_id") === undefined ? undefined : shown,
    ],
  });
}

/** Whether the actor of an event is shown: every key, and users as {@link isNamedIn} says. */
function isShown(companyId: number): SQL {
  return sql`(${auditEvents.actorKeyId} IS NOT NULL OR ${isNamedIn(companyId)})`;
}

function from(db: DirectoryDb, shown: SQL) {
  return db
    .select({
      id: auditEvents.id,
      action: auditEvents.action,
      actorId: auditEvents.actorId,
      actorShown: sql<0 | 1 | null>`${shown}`.as("actor_shown"),
      firstName: users.firstName,
      lastName: users.lastName,
      actorKeyId: auditEvents.actorKeyId,
      keyName: sql<
        string | null
      >`(SELECT k.name FROM ${apiKeys} k WHERE k.id = ${auditEvents.actorKeyId})`.as("key_name"),
      objectType: auditEvents.objectType,
      objectId: auditEvents.objectId,
      companyId: auditEvents.companyId,
      details: auditEvents.details,
      ip: auditEvents.ip,
      userAgent: auditEvents.userAgent,
      requestId: auditEvents.requestId,
      createdAt: auditEvents.createdAt,
    })
    .from(auditEvents)
    .leftJoin(users, eq(users.id, auditEvents.actorId));
}
