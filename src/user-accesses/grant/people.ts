import { and, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { companyAncestors, userAccesses, users } from "../../db/directory/schema.ts";
import { fullName } from "../../users/queries.ts";

/**
 * The names of those users, by id, who have an access in a company or above it and are neither disabled nor
 * suspended there; one query for all of them.
 */
export async function peopleIn(
  db: DirectoryDb,
  companyId: number,
  ids: number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const meant = sql`${userAccesses.userId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return readPeople(db, companyId, meant);
}

/** So many people of a company are guessed to be those that a page of it names. */
const GUESSED = 10;

/** Some of those who have an access in a company itself. @see expectRows */
export function somePeopleIn(db: DirectoryDb, companyId: number): Promise<Map<number, string>> {
  const meant = sql`${userAccesses.userId} IN (
    SELECT own.user_id FROM ${userAccesses} own WHERE own.company_id = ${companyId} LIMIT ${GUESSED})`;
  return readPeople(db, companyId, meant);
}

async function readPeople(db: DirectoryDb, companyId: number, meant: SQL): Promise<Map<number, string>> {
  const rows = await db
    .selectDistinct({ id: users.id, firstName: users.firstName, lastName: users.lastName })
    .from(userAccesses)
    .innerJoin(companyAncestors, eq(companyAncestors.ancestorId, userAccesses.companyId))
    .innerJoin(users, eq(users.id, userAccesses.userId))
    .where(
      and(
        meant,
        eq(companyAncestors.companyId, companyId),
        ne(users.status, "disabled"),
        isNull(userAccesses.suspendedAt),
      ),
    );
  return new Map(rows.map((row) => [row.id, fullName(row)]));
}
