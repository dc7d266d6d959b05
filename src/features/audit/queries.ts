import { count, eq, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { auditEvents, companyAncestors, userAccesses, users } from "../../db/directory/schema.ts";
import { equals, type ListRequest } from "../../http/list-query.ts";
import { readPage } from "../../http/read-page.ts";

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
 * A page of a company's trail: what was done in its name, and what its people did to themselves since they are
 * its people.
 *
 * @param seesOperators whether the operators of the platform are shown to whoever looks: their events always are.
 */
export function listAuditEvents(
  db: DirectoryDb,
  companyId: number,
  seesOperators: boolean,
  request: ListRequest,
) {
  const shown = seesOperators ? sql`1` : isShown(companyId);
  return readPage(request, filterable, {
    rows: from(db, shown),
    totals: db
      .select({ total: count() })
      .from(auditEvents)
      .leftJoin(users, eq(users.id, auditEvents.actorId)),
    where: [
      sql`${auditEvents.id} IN (${trailOf(companyId)})`,
      // Who is not shown is not found by their id either.
      equals(request, "actor_id") === undefined ? undefined : shown,
    ],
  });
}

/** The ids of the events of a company's trail, each part by an index of its own. */
function trailOf(companyId: number): SQL {
  return sql`
    SELECT id FROM ${auditEvents} WHERE company_id = ${companyId}
    UNION ALL
    SELECT own.id FROM ${userAccesses} ua CROSS JOIN ${auditEvents} own
    WHERE ua.company_id = ${companyId} AND own.actor_id = ua.user_id AND own.company_id IS NULL
      AND own.created_at >= ua.created_at
      AND (own.object_type = 'session' OR (own.object_type = 'user' AND own.object_id = own.actor_id))`;
}

/**
 * Whether the actor of an event is shown: all but operators who are nobody in the company. Who has left it since
 * stays by name, because the company knew them when they acted for it.
 */
function isShown(companyId: number): SQL {
  return sql`(${users.operator} = 0 OR EXISTS (
    SELECT 1 FROM ${userAccesses} ua JOIN ${companyAncestors} ca ON ca.ancestor_id = ua.company_id
    WHERE ua.user_id = ${users.id} AND ca.company_id = ${companyId}))`;
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
