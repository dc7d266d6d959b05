import { and, eq, not, sql } from "drizzle-orm";
import { isNamedIn } from "../../auth/named-in-company.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { users } from "../../db/directory/schema.ts";
import type { FeedEvent } from "./expand-row.ts";

/**
 * The operators of the platform in whose name imports and undos of a page happened: a lead store knows no more of them
 * than a user's id, and the company does not learn who they are.
 */
export async function findUnnamedOperators(
  directory: DirectoryDb,
  companyId: number,
  page: readonly FeedEvent[],
): Promise<Set<number>> {
  // Rows of other types say of an operator by themselves that it was one.
  const ids = page.flatMap(({ row: { type, actorKind, actorId } }) =>
    type.startsWith("import.") && actorKind === "user" && actorId !== null ? [actorId] : [],
  );
  if (ids.length === 0) return new Set();
  const rows = await directory
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(ids)])}))`,
        eq(users.operator, true),
        not(isNamedIn(companyId)),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}
