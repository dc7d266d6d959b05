import { and, eq, lte } from "drizzle-orm";
import {
  MANAGER,
  managesUser,
  managesUserSomewhere,
  sharesCompany,
  type UserActor,
} from "../../auth/actor.ts";
import { loadAccesses, type StoredAccess } from "../../auth/load-accesses.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { accessRoots } from "../../db/directory/schema.ts";
import { notFound, refusal } from "../../errors.ts";
import { readNamedId } from "../validation/named-id.ts";
import { type Named, type Policy, requireUser, type UserPermission } from "./policy.ts";
import { lastCompanyOf } from "./require-role.ts";

/** The user that a request is about. */
export interface TargetUser {
  id: number;
  /** Whether it is the caller. */
  self: boolean;
  /** All their accesses, in companies that the caller does not see too: to decide by, never to show. */
  accesses: StoredAccess[];
  /** Whether the mailbox of their address has answered. */
  proved: boolean;
  /**
   * Whether the caller manages all of them: else they can change nothing that would count elsewhere too. Nobody but an
   * operator manages the account of a person who never proved that its address is theirs: that may be anybody's.
   */
  managed: boolean;
}

/**
 * The user that the request names; by default the caller.
 *
 * `see`: everyone who shares a company with them. `manage`: they themselves, and those who manage all of their
 * accesses, once their address is confirmed. `manage_somewhere`: they themselves, and those who manage one of their
 * accesses. `grant`: those who see them and may grant somewhere. `self`: nobody else.
 */
export function userPolicy(
  named: Named & { may: UserPermission },
): Policy<{ actor: UserActor; target: TargetUser }> {
  return {
    declares: { kind: "user", ...named },
    caller: "required",
    locate: (_, userId) => (named.in === undefined ? undefined : lastCompanyOf(userId)),
    async authorize(input) {
      const actor = requireUser(input);
      const userId = (await readNamedId(named, input)) ?? actor.userId;
      return { actor, target: await requireTarget(actor, userId, named, input.databases.directory) };
    },
  };
}

/** @throws 404 where the caller cannot see the user, 403 where they can but may not do this. */
async function requireTarget(
  actor: UserActor,
  userId: number,
  { may, in: place, field }: Named & { may: UserPermission },
  db: DirectoryDb,
): Promise<TargetUser> {
  const named = place && field;
  const self = userId === actor.userId;
  const user = await loadAccesses(db.$client, userId, actor);
  if (!user) throw notFound(named);
  const { accesses, proved } = user;
  if (!(self || sharesCompany(actor, accesses))) throw notFound(named);
  const managed = managesUser(actor, accesses) && (proved || actor.operator);
  const allowed = {
    see: true,
    self,
    manage: self || managed,
    manage_somewhere: self || managesUserSomewhere(actor, accesses),
    grant: actor.operator || may !== "grant" || (await managesSomewhere(actor, db)),
  }[may];
  if (!allowed) throw refusal("forbidden", FORBIDDEN[may], named);
  return { id: userId, self, accesses, proved, managed };
}

async function managesSomewhere({ userId }: UserActor, db: DirectoryDb): Promise<boolean> {
  const manages = and(eq(accessRoots.userId, userId), lte(accessRoots.accessId, MANAGER));
  const columns = { companyId: accessRoots.companyId };
  return (await db.select(columns).from(accessRoots).where(manages).limit(1)).length > 0;
}

const FORBIDDEN: Record<UserPermission, string> = {
  see: "",
  self: "This only the user can do.",
  manage: "Only the user, or a manager of all of the user's accesses, can do this.",
  manage_somewhere: "Only the user, or a manager of one of the user's accesses, can do this.",
  grant: 'This takes the access "manager" in some company, or a higher one.',
};
