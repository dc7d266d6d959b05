import type * as z from "zod";
import type { Actor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { notFound } from "../../http/errors.ts";
import { findUser } from "./queries.ts";
import type { User } from "./schemas.ts";
import { viewUser } from "./view.ts";

/**
 * Shows a user to somebody who may see them.
 *
 * @param actor who looks; `null` for the user themselves, who sees all of their companies.
 * @throws 404 where there is no such user.
 */
export async function showUser(
  db: DirectoryDb,
  actor: Actor | null,
  userId: number,
): Promise<z.input<typeof User>> {
  const row = await findUser(db, userId);
  if (!row) throw notFound();
  return viewUser(row, seenBy(actor, userId));
}

/** Which companies of a user somebody sees. */
export function seenBy(actor: Actor | null, userId: number): (companyId: number) => boolean {
  if (!actor || actor.operator || actor.userId === userId) return () => true;
  return (companyId) => actor.grants.has(companyId);
}
