import type * as z from "zod";
import type { Origin } from "../audit/record.ts";
import { accessIdOf, mayGrant, type UserActor } from "../auth/actor.ts";
import { findCompanyHome } from "../companies/queries.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { AppError, notFound, refusal } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { requireConfirmedEmailIn } from "../user-accesses/grant/own-tree.ts";
import { MOST_ACTIVE, makeKey, type NewApiKey } from "./make-key.ts";
import type { ApiKeyBody } from "./schemas.ts";

/**
 * Makes an API key of a company: by those who could invite somebody with its role, so that no key may more than its
 * maker.
 *
 * @throws 403 where the actor may not grant the role, or has not confirmed their address in a tree of others; 404 where
 * there is no such company, 409 where the company has as many keys as it may, 422 for a time that has passed.
 */
export async function createApiKey(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  companyId: number,
  { role, name, scopes: limitedTo, expires_at: end }: z.output<typeof ApiKeyBody>,
  creation: Creation,
): Promise<NewApiKey> {
  const held = { companyId, accessId: accessIdOf(role) };
  if (!mayGrant(actor, held)) throw beyondMaker();
  if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound();
  await requireConfirmedEmailIn(db, actor, companyId);
  const scopes = limitedTo ?? null;
  const expiresAt = end === undefined ? null : Date.parse(end);
  const details = { access_id: held.accessId, scopes, expires: expiresAt !== null };
  return makeKey(
    db,
    origin,
    {
      kind: "key",
      createdBy: actor.userId,
      right: held,
      key: { ...held, name, scopes, expiresAt },
      audited: { action: "api_key.created", details },
      refusals: { forbidden: beyondMaker, list_full: tooManyKeys },
    },
    creation,
  );
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
