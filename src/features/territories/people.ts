import { and, eq, ne, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { companyAncestors, userAccesses, users } from "../../db/directory/schema.ts";
import { AppError } from "../../http/errors.ts";
import { fullName } from "../users/queries.ts";

/**
 * The names of those users, by id, who have an access in a company or above it and are not disabled; one query for
 * all of them.
 */
export async function peopleIn(
  db: DirectoryDb,
  companyId: number,
  ids: number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectDistinct({ id: users.id, firstName: users.firstName, lastName: users.lastName })
    .from(userAccesses)
    .innerJoin(companyAncestors, eq(companyAncestors.ancestorId, userAccesses.companyId))
    .innerJoin(users, eq(users.id, userAccesses.userId))
    .where(
      and(
        sql`${userAccesses.userId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(companyAncestors.companyId, companyId),
        ne(users.status, "disabled"),
      ),
    );
  return new Map(rows.map((row) => [row.id, fullName(row)]));
}

/**
 * Makes sure that users may be given a territory. The directory shares no transaction with the territories: whoever
 * loses the access at the same moment is kept, and shown as little as those who lose it later.
 *
 * @param ids as the body has them in `user_ids`.
 * @throws 422 for users without an access in the company or above it, with a pointer to each.
 */
export async function requirePeople(db: DirectoryDb, companyId: number, ids: number[]): Promise<void> {
  const people = await peopleIn(db, companyId, ids);
  const errors = ids.flatMap((id, index) => (people.has(id) ? [] : [strangerAt(index)]));
  if (errors.length === 0) return;
  const detail = errors.map((one) => `${one.pointer.slice(1)}: ${one.detail}`).join("; ");
  throw new AppError("invalid_body", detail, { errors });
}

function strangerAt(index: number) {
  const detail = "must be a user with an access in the company or above it";
  return { pointer: `/user_ids/${index}`, code: "not_found", detail };
}
