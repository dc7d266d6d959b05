import { isNotNull, isNull, sql } from "drizzle-orm";
import { type AuditAction, audit, type Origin } from "../audit/record.ts";
import type { HeldAccess } from "../auth/actor.ts";
import { createSecret, type SECRET_STARTS } from "../auth/api-keys/secret.ts";
import { hasStatus } from "../auth/api-keys/status.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { apiKeys } from "../db/directory/schema.ts";
import { type AppError, fieldError } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { hasRightToGrant } from "../user-accesses/grant/right-to-grant.ts";
import { type ApiKeyRow, readApiKey } from "./queries.ts";

/** How many keys of a company may be active, and how many of its links for imports. */
export const MOST_ACTIVE = 100;

/** A key that was made, with its secret; `null` where only the first answer had it. */
export interface NewApiKey {
  row: ApiKeyRow;
  secret: string | null;
}

/** A key that is to be made, or a link for imports, which is a key too. */
export interface Wanted {
  kind: keyof typeof SECRET_STARTS;
  /** The user who answers for it. */
  createdBy: number;
  /** The access that they need the right to grant. */
  right: HeldAccess;
  key: Pick<
    typeof apiKeys.$inferInsert,
    "companyId" | "accessId" | "name" | "scopes" | "importLink" | "expiresAt"
  >;
  audited: { action: AuditAction; details: Record<string, unknown> };
  /** What is said where the right is gone, and where there are too many. */
  refusals: { forbidden(): AppError; list_full(): AppError };
}

/**
 * Makes a key, in one transaction with its line in the audit trail.
 *
 * @throws 422 for an end that has passed; what `refusals` say.
 */
export async function makeKey(
  db: DirectoryDb,
  origin: Origin,
  { kind, createdBy, right, key, audited, refusals }: Wanted,
  creation: Creation,
): Promise<NewApiKey> {
  const { now } = origin;
  if (key.expiresAt != null && key.expiresAt <= now) {
    throw fieldError("invalid_body", "expires_at", "in_the_past", "must be a time to come");
  }
  const { secret, prefix, secretHash } = createSecret(kind);
  const id = sql`(SELECT id FROM ${apiKeys} WHERE secret_hash = ${secretHash})`;
  const isOfKind = kind === "key" ? isNull(apiKeys.importLink) : isNotNull(apiKeys.importLink);
  const active = sql`(
    SELECT count(*) FROM ${apiKeys}
    WHERE ${apiKeys.companyId} = ${key.companyId} AND ${hasStatus("active", now)} AND ${isOfKind})`;
  const results = await commit(
    db,
    [
      refuseUnless(db, hasRightToGrant(createdBy, right), "forbidden"),
      refuseUnless(db, sql`${active} < ${MOST_ACTIVE}`, "list_full"),
      db.insert(apiKeys).values({ ...key, prefix, secretHash, createdBy, createdAt: now }),
      audit(db, origin, { ...audited, companyId: key.companyId, objectId: id }),
      readApiKey(db, id),
      ...creation.record(db, id),
    ],
    refusals,
  );
  const [row] = results[4] as ApiKeyRow[];
  if (!row) throw new Error("the API key is gone");
  return { row, secret };
}
