import { and, eq, sql } from "drizzle-orm";
import { strongestAccess } from "../../auth/visibility.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { users } from "../../db/directory/schema.ts";
import { AGENT } from "../../leads/scope.ts";

/**
 * Whether the user whom a link was given to still sees the imports of a company: active, and more than an agent there.
 *
 * @param db the directory's primary, since what was taken away counts at once.
 */
export async function stillSeesImports(db: DirectoryDb, userId: number, companyId: number): Promise<boolean> {
  const strongest = strongestAccess({ userId }, sql`${companyId}`);
  const sees = sql`(${users.operator} OR coalesce(${strongest}, ${AGENT}) <> ${AGENT})`;
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, "active"), sees));
  return rows.length > 0;
}
