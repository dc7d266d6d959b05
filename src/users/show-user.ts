import type * as z from "zod";
import type { UserActor } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { notFound } from "../errors.ts";
import { findUser, type UserRow } from "./queries.ts";
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
  actor: UserActor | null,
  userId: number,
): Promise<z.input<typeof User>> {
  const row = await findUser(db, userId);
  if (!row) throw notFound();
  return viewUser(row, await companiesVisibleTo(actor, row));
}

/** Which companies of a user somebody sees. */
export async function companiesVisibleTo(
  actor: UserActor | null,
  user: ShownUser,
): Promise<(companyId: number) => boolean> {
  const sees = await seenByOf(actor, [user]);
  return sees(user);
}

type ShownUser = Pick<UserRow, "id" | "companyId" | "suspensions">;

/** The same for each of several users, with one query. */
export async function seenByOf(
  actor: UserActor | null,
  users: ShownUser[],
): Promise<(user: ShownUser) => (companyId: number) => boolean> {
  if (!actor || actor.operator) return () => () => true;
  const others = users.filter(({ id }) => id !== actor.userId);
  await actor.grants.lookUp(
    others.flatMap(({ companyId, suspensions }) => [
      ...(companyId === null ? [] : [companyId]),
      ...(JSON.parse(suspensions ?? "[]") as [companyId: number][]).map(([id]) => id),
    ]),
  );
  return ({ id }) => (id === actor.userId ? () => true : (companyId) => actor.grants.has(companyId));
}
