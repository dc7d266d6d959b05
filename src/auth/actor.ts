import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../db/clients.ts";
import { compileOnce } from "../db/compiled.ts";
import { companies, companyAncestors, sessions, userAccesses, users } from "../db/directory/schema.ts";
import type { AccessClaims } from "./tokens.ts";

export type Role = "owner" | "manager" | "agent" | "viewer";

/** The roles by access id: a smaller id may more. */
const ROLES = ["owner", "manager", "agent", "viewer"] as const satisfies Role[];

/** What a user may do in one company, come by an access to it or to one of its ancestors. */
export interface Grant {
  companyId: number;
  companyName: string;
  store: number;
  /** 1 owner, 2 manager, 3 agent, 4 viewer; the strongest of several. */
  accessId: number;
}

/** Who makes a request. */
export interface Actor {
  userId: number;
  fullName: string;
  email: string;
  /** Whether the mailbox of `email` has answered: see {@link hasConfirmedEmail}. */
  emailConfirmed: boolean;
  /** Runs the installation: sees every company. */
  operator: boolean;
  grants: ReadonlyMap<number, Grant>;
}

/** An access that a user has in a company. */
export interface HeldAccess {
  companyId: number;
  accessId: number;
}

const OWNER = 1;
const MANAGER = 2;

/**
 * Whether an actor may give an access in a company, change it or take it away: an owner any, a manager those
 * below manager. Nobody grants above their own.
 */
export function mayGrant(actor: Actor, { companyId, accessId }: HeldAccess): boolean {
  const own = actor.operator ? OWNER : actor.grants.get(companyId)?.accessId;
  return own === OWNER || (own === MANAGER && accessId > MANAGER);
}

/** Whether an actor shares a company with whoever has these accesses. */
export function sharesCompany(actor: Actor, accesses: HeldAccess[]): boolean {
  return actor.operator || accesses.some(({ companyId }) => actor.grants.has(companyId));
}

/**
 * Whether an actor manages a user as a whole, and not just in one of several companies: what would change for
 * another company too is not theirs to change.
 */
export function managesUser(actor: Actor, accesses: HeldAccess[]): boolean {
  return actor.operator || (accesses.length > 0 && accesses.every((one) => mayGrant(actor, one)));
}

/**
 * Whether an actor has proved that the mailbox of their address is theirs. Until then nothing that is addressed to
 * it is shown to them or accepted by them, and no mail goes out in their name.
 */
export function hasConfirmedEmail(actor: Actor): boolean {
  return actor.emailConfirmed;
}

/** Whether an actor manages a user in one company at least: there they can cut them off, and nowhere else. */
export function managesUserSomewhere(actor: Actor, accesses: HeldAccess[]): boolean {
  return actor.operator || accesses.some((one) => mayGrant(actor, one));
}

/** Whether an access is at least that of a role. */
export function atLeast(accessId: number, role: Role): boolean {
  return accessId <= ROLES.indexOf(role) + 1;
}

type GrantRow = [companyId: number, companyName: string, store: number, accessId: number];

const selection = {
  email: users.email,
  emailConfirmedAt: users.emailConfirmedAt,
  firstName: users.firstName,
  lastName: users.lastName,
  status: users.status,
  operator: users.operator,
  tokenVersion: users.tokenVersion,
  // A family is revoked as a whole, so its newest row tells, however many came before it.
  endedAt: sql<number | null>`(
    SELECT revoked_at FROM ${sessions} WHERE family = ${sql.placeholder("session")}
    ORDER BY id DESC LIMIT 1)`.as("ended_at"),
  grants: sql<string>`(
    SELECT json_group_array(json_array(id, name, store, access)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access
      FROM ${userAccesses} ua
      JOIN ${companyAncestors} ca ON ca.ancestor_id = ua.company_id
      JOIN ${companies} c ON c.id = ca.company_id
      WHERE ua.user_id = "users"."id" AND ua.suspended_at IS NULL
      GROUP BY c.id
    ))`.as("grants"),
};

/**
 * Reads who a user is and what they may do, in one query: an access that was taken away, a disabled user and a
 * raised token version count from the next request on.
 *
 * @param claims what the user's token says.
 * @returns `null` for a user who may not act (any more).
 */
export async function loadActor(
  directory: D1Database,
  { userId, version, session }: AccessClaims,
): Promise<Actor | null> {
  const query = compileOnce("actor", selection, () =>
    queryBuilder
      .select(selection)
      .from(users)
      .where(eq(users.id, sql.placeholder("userId"))),
  );
  const [found] = (await query.bind(directory, { userId, session }).all()).results;
  const user = found && query.row(found);
  if (user?.status !== "active" || user.tokenVersion !== version || user.endedAt !== null) return null;
  const rows = JSON.parse(user.grants) as GrantRow[];
  return {
    userId,
    fullName: `${user.firstName} ${user.lastName}`.trim(),
    email: user.email,
    emailConfirmed: user.emailConfirmedAt !== null,
    operator: user.operator,
    grants: new Map(
      rows.map(([companyId, companyName, store, accessId]) => [
        companyId,
        { companyId, companyName, store, accessId },
      ]),
    ),
  };
}
