import {
  MANAGER,
  managesUser,
  managesUserSomewhere,
  sharesCompany,
  type UserActor,
} from "../../auth/actor.ts";
import { addGrants, type ReadAccesses, readAccesses, type StoredAccess } from "../../auth/load-accesses.ts";
import type { Databases } from "../../db/clients.ts";
import { notFound, refusal } from "../../errors.ts";
import { beginning } from "../beginning.ts";
import { parseId, readNamedId } from "../validation/named-id.ts";
import { type Named, type Policy, type RequestTarget, requireUser, type UserPermission } from "./policy.ts";
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
export function userPolicy({
  loadsRoots = false,
  ...named
}: Named & {
  may: UserPermission;
  /** Whether the handler decides by all accesses of the caller: they are loaded with the caller then. */
  loadsRoots?: boolean;
}): Policy<{ actor: UserActor; target: TargetUser }> {
  const accesses = beginning(
    // A replica may not have heard yet that an access was taken away.
    ({ databases, userId, callerId }: Asked) =>
      readAccesses(databases.primaryDirectoryClient, userId, callerId),
    ({ userId }) => userId,
  );
  return {
    declares: { kind: "user", ...named },
    caller: "required",
    listsAll: loadsRoots || named.may === "grant",
    ...(named.in && { locate: (_, userId) => lastCompanyOf(userId) }),
    begin({ userId: callerId, ...target }) {
      if (callerId === null) return;
      const userId = targetOf(named, target) ?? callerId;
      accesses.begin({ databases: target.databases, userId, callerId });
    },
    async authorize(input) {
      const actor = requireUser(input);
      const userId = (await readNamedId(named, input)) ?? actor.userId;
      const read = await accesses.finish({ databases: input.databases, userId, callerId: actor.userId });
      return { actor, target: requireTarget(actor, userId, read, named) };
    },
  };
}

interface Asked {
  databases: Databases;
  userId: number;
  callerId: number;
}

/** The user that a request names outside of its body. @returns `null` where it names none there. */
function targetOf({ in: place = "path", field }: Named, { params, query }: RequestTarget): number | null {
  if (place === "path") return parseId(params[field] ?? "");
  const text = place === "body" ? undefined : query(field);
  return text ? parseId(text) : null;
}

/** @throws 404 where the caller cannot see the user, 403 where they can but may not do this. */
function requireTarget(
  actor: UserActor,
  userId: number,
  read: ReadAccesses,
  { may, in: place, field }: Named & { may: UserPermission },
): TargetUser {
  const named = place && field;
  const self = userId === actor.userId;
  addGrants(actor, read);
  if (!read.user) throw notFound(named);
  const { accesses, proved } = read.user;
  if (!(self || sharesCompany(actor, accesses))) throw notFound(named);
  const managed = managesUser(actor, accesses) && (proved || actor.operator);
  const allowed = {
    see: true,
    self,
    manage: self || managed,
    manage_somewhere: self || managesUserSomewhere(actor, accesses),
    grant: actor.operator || (may === "grant" && actor.roots.some(({ accessId }) => accessId <= MANAGER)),
  }[may];
  if (!allowed) throw refusal("forbidden", FORBIDDEN[may], named);
  return { id: userId, self, accesses, proved, managed };
}

const FORBIDDEN: Record<UserPermission, string> = {
  see: "",
  self: "This only the user can do.",
  manage: "Only the user, or a manager of all of the user's accesses, can do this.",
  manage_somewhere: "Only the user, or a manager of one of the user's accesses, can do this.",
  grant: 'This takes the access "manager" in some company, or a higher one.',
};
