import { sql } from "drizzle-orm";
import type * as z from "zod";
import { audit, type Origin } from "../audit/record.ts";
import { accessIdOf, mayGrant, type UserActor } from "../auth/actor.ts";
import { createSecret } from "../auth/api-keys/secret.ts";
import { hasStatus } from "../auth/api-keys/status.ts";
import { findCompanyHome } from "../companies/queries.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { apiKeys } from "../db/directory/schema.ts";
import { AppError, fieldError, notFound, refusal } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { requireConfirmedEmailIn } from "../user-accesses/grant/own-tree.ts";
import { hasRightToGrant } from "../user-accesses/grant/right-to-grant.ts";
import { type ApiKeyRow, readApiKey } from "./queries.ts";
import type { ApiKeyBody } from "./schemas.ts";

/** How many keys of a company may be active. */
export const MOST_ACTIVE = 100;

/** A key that was made, with its secret; `null` where only the first answer had it. */
export interface NewApiKey {
  row: ApiKeyRow;
  secret: string | null;
}

/**
 * Makes an API key of a company: by those who could invite somebody with its role, so that no key may more than its
 * maker.
 *
 * @throws 403 where the actor may not grant the role, or has not confirmed their address in a tree of others; 404 where there is no such company, 409 where the company has as
 * many keys as it may, 422 for a time that has passed.
 */
export async function createApiKey(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  companyId: number,
  body: z.output<typeof ApiKeyBody>,
  creation: Creation,
): Promise<NewApiKey> {
  const { now } = origin;
  const accessId = accessIdOf(body.role);
  const held = { companyId, accessId };
  if (!mayGrant(actor, held)) throw beyondMaker();
  if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound();
  await requireConfirmedEmailIn(db, actor, companyId);
  const expiresAt = body.expires_at === undefined ? null : Date.parse(body.expires_at);
  if (expiresAt !== null && expiresAt <= now) {
    throw fieldError("invalid_body", "expires_at", "in_the_past", "must be a time to come");
  }
  const { secret, prefix, secretHash } = createSecret();
  const id = sql`(SELECT id FROM ${apiKeys} WHERE secret_hash = ${secretHash})`;
  const active = sql`(
    SELECT count(*) FROM ${apiKeys} WHERE ${apiKeys.companyId} = ${companyId} AND ${hasStatus("active", now)})`;
  const results = await commit(
    db,
    [
      refuseUnless(db, hasRightToGrant(actor.userId, held), "forbidden"),
      refuseUnless(db, sql`${active} < ${MOST_ACTIVE}`, "list_full"),
      db.insert(apiKeys).values({
        ...held,
        name: body.name,
        scopes: body.scopes ?? null,
        prefix,
        secretHash,
        createdBy: actor.userId,
        createdAt: now,
        expiresAt,
      }),
      audit(db, origin, {
        action: "api_key.created",
        companyId,
        objectId: id,
        details: { access_id: accessId, scopes: body.scopes ?? null, expires: expiresAt !== null },
      }),
      readApiKey(db, id),
      ...creation.record(db, id),
    ],
    { forbidden: beyondMaker, list_full: tooManyKeys },
  );
  const [row] = results[4] as ApiKeyRow[];
  if (!row) throw new Error("the API key is gone");
  return { row, secret };
}

function beyondMaker(): AppError {
  const detail = "A manager makes keys below manager, an owner any: none may do more than who makes it.";
  return refusal("forbidden", detail, "role");
}

function tooManyKeys(): AppError {
  return new AppError(
    "list_full",
    `A company has at most ${MOST_ACTIVE} active keys: end those that nobody uses.`,
  );
}
