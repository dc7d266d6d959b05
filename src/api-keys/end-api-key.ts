import { and, eq, isNull, sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import { mayGrant, type UserActor } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { apiKeys } from "../db/directory/schema.ts";
import { refusal } from "../errors.ts";
import type { ApiKeyRow } from "./queries.ts";

/**
 * Ends an API key: the next request with it is refused. One that has ended already stays as it is.
 *
 * @throws 403 where the actor could not make one with its role.
 */
export async function endApiKey(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  { id, companyId, accessId }: ApiKeyRow,
): Promise<void> {
  if (!mayGrant(actor, { companyId, accessId })) {
    throw refusal("forbidden", "Only people who could make the key can end it: ask an owner of the company.");
  }
  await endKey(db, origin, "api_key.ended", { id, companyId });
}

/** Ends a key, or a link for imports, in one transaction with its line in the audit trail. */
export async function endKey(
  db: DirectoryDb,
  origin: Origin,
  action: "api_key.ended" | "import_link.ended",
  { id, companyId }: Pick<ApiKeyRow, "id" | "companyId">,
): Promise<void> {
  await db.batch([
    auditWhere(
      db,
      origin,
      { action, companyId, objectId: id },
      sql`EXISTS (SELECT 1 FROM ${apiKeys} WHERE id = ${id} AND ended_at IS NULL)`,
    ),
    db
      .update(apiKeys)
      .set({ endedAt: origin.now })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.endedAt))),
  ]);
}
