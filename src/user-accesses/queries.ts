import { and, eq, sql } from "drizzle-orm";
import type { VisibilityActor } from "../auth/visibility.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { accesses, companies, userAccesses } from "../db/directory/schema.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { inList, isVisibleTo } from "./conditions.ts";

const columns = {
  id: userAccesses.id,
  userId: userAccesses.userId,
  companyId: userAccesses.companyId,
  // Under names of their own: in a batch, drizzle tells columns apart by nothing else.
  companyName: sql<string>`${companies.name}`.as("company_name"),
  accessId: userAccesses.accessId,
  accessName: sql<(typeof accesses.$inferSelect)["name"]>`${accesses.name}`.as("access_name"),
  primary: userAccesses.primary,
  suspendedAt: userAccesses.suspendedAt,
};

const filterable = {
  id: userAccesses.id,
  company_id: userAccesses.companyId,
  access_id: userAccesses.accessId,
  primary: userAccesses.primary,
};

/** The row that the view of a user's access is made of. */
export type UserAccessRow = Awaited<ReturnType<typeof accessesIn>>[number];

/** A page of a user's accesses, of those that the actor sees. */
export function listUserAccesses(
  db: DirectoryDb,
  actor: VisibilityActor,
  userId: number,
  request: ListRequest,
) {
  return readPage(db, request, filterable, {
    rows: named(db),
    counted: db.select(ONE).from(userAccesses),
    where: [eq(userAccesses.userId, userId), isVisibleTo(actor, userId)],
  });
}

/** The accesses of a user in some companies, in the order in which they were given; fit for a batch. */
export function accessesIn(db: DirectoryDb, userId: number, companyIds: number[]) {
  return named(db)
    .where(and(eq(userAccesses.userId, userId), inList(userAccesses.companyId, companyIds)))
    .orderBy(userAccesses.id);
}

function named(db: DirectoryDb) {
  return db
    .select(columns)
    .from(userAccesses)
    .innerJoin(companies, eq(companies.id, userAccesses.companyId))
    .innerJoin(accesses, eq(accesses.id, userAccesses.accessId));
}
