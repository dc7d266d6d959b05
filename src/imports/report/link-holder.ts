import { and, eq, ne, sql } from "drizzle-orm";
import { isApiKeyId } from "../../auth/api-keys/ids.ts";
import { hasScope } from "../../auth/api-keys/scopes.ts";
import { hasStatus } from "../../auth/api-keys/status.ts";
import { strongestAccess } from "../../auth/visibility.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { apiKeys, companyAncestors, users } from "../../db/directory/schema.ts";
import { AGENT } from "../../leads/scope.ts";

/**
 * Whether the holder of a link, a user or an API key, still sees the imports of a company: a user who is active and more
 * than an agent there, a key that has neither ended nor expired.
 *
 * @param db the directory's primary, since what was taken away counts at once.
 */
export function stillSeesImports(db: DirectoryDb, holderId: number, companyId: number): Promise<boolean> {
  return isApiKeyId(holderId) ? keySees(db, holderId, companyId) : userSees(db, holderId, companyId);
}

async function keySees(db: DirectoryDb, keyId: number, companyId: number): Promise<boolean> {
  const key = await db
    .select({ scopes: apiKeys.scopes })
    .from(apiKeys)
    .innerJoin(
      companyAncestors,
      and(eq(companyAncestors.ancestorId, apiKeys.companyId), eq(companyAncestors.companyId, companyId)),
    )
    .where(and(eq(apiKeys.id, keyId), hasStatus("active", Date.now()), ne(apiKeys.accessId, AGENT)))
    .get();
  return key !== undefined && hasScope(key.scopes, "imports:read");
}

async function userSees(db: DirectoryDb, userId: number, companyId: number): Promise<boolean> {
  const strongest = strongestAccess({ userId }, sql`${companyId}`);
  const sees = sql`(${users.operator} OR coalesce(${strongest}, ${AGENT}) <> ${AGENT})`;
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, "active"), sees));
  return rows.length > 0;
}
