import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../db/clients.ts";
import { compileOnce } from "../db/compiled.ts";
import { users } from "../db/directory/schema.ts";
import { type ListedRoot, type ListedRootRow, rootsAsJson } from "./access-roots.ts";
import type { ImportLink } from "./api-keys/import-link.ts";
import type { Scope } from "./api-keys/scopes.ts";
import { type GrantRow, Grants, grantsAsJson } from "./grants.ts";
import type { ActorRow } from "./kept-actors.ts";
import { familyRevokedAt } from "./sessions/family.ts";
import type { AccessClaims } from "./tokens/tokens.ts";

export type Role = "owner" | "manager" | "agent" | "viewer";

/** The roles by access id: a smaller id may more. */
const ROLES = ["owner", "manager", "agent", "viewer"] as const satisfies Role[];

/** A person who signed in. */
export interface UserActor {
  kind: "user";
  userId: number;
  fullName: string;
  email: string;
  /** Whether the mailbox of `email` has answered: see {@link hasConfirmedEmail}. */
  emailConfirmed: boolean;
  /** Runs the installation: sees every company. */
  operator: boolean;
  /** What they may do in the companies that the request is about. */
  grants: Grants;
  /** All their accesses that no other one implies, where the request is for a list over companies; else none. */
  roots: ListedRoot[];
  /** The family of sessions that their token belongs to: all that came from one sign-in. */
  session: string;
  /** Until when their token counts, in seconds since 1970. */
  tokenExpiresAt: number;
}

/** A key of a company, which is no person's: it has one access, there and in the companies below. */
export interface ApiKeyActor {
  kind: "api_key";
  keyId: number;
  companyId: number;
  /** What it is called. */
  fullName: string;
  /** Nobody's mailbox is behind it. */
  email: null;
  /** A key never runs the installation. */
  operator: false;
  /** What it is limited to; `null` for all that its access allows. */
  scopes: Scope[] | null;
  /** What it allows where it is a link for imports; else `null`. */
  importLink: ImportLink | null;
  /** The user who made it. */
  createdBy: number;
  grants: Grants;
  roots: ListedRoot[];
}

/** Those who do what accesses to companies allow. */
export type CompanyActor = UserActor | ApiKeyActor;

/** The holder of a link that this API signed. */
export interface LinkActor {
  kind: "link";
  /** The user or the API key that it was given to. */
  holderId: number;
}

/** A consumer of a queue, or a chore of the cron. */
export interface SystemActor {
  kind: "system";
}

/** Who does something: requests and jobs are told apart by it, and share what they do. */
export type Actor = UserActor | ApiKeyActor | LinkActor | SystemActor;

export type UserIdentity = Pick<UserActor, "kind" | "userId">;
/** A user or an API key by its id alone, as far as a record of what was done needs it. */
export type AuthorIdentity = UserIdentity | Pick<ApiKeyActor, "kind" | "keyId">;
/** The same of every kind of actor. */
export type ActorIdentity = AuthorIdentity | LinkActor | SystemActor;

/** Who acts, or whose link is used: a user or an API key, whose ids lie apart. @returns `null` where neither does. */
export function authorIdOf(actor: AuthorIdentity | LinkActor): number;
export function authorIdOf(actor: ActorIdentity | null): number | null;
export function authorIdOf(actor: ActorIdentity | null): number | null {
  switch (actor?.kind) {
    case "user":
      return actor.userId;
    case "api_key":
      return actor.keyId;
    case "link":
      return actor.holderId;
    case "system":
    case undefined:
      return null;
  }
}

/** The user who acts; `null` where it is none. */
export function userIdOf(actor: ActorIdentity | null): number | null {
  return actor?.kind === "user" ? actor.userId : null;
}

/** An access that a user has in a company. */
export interface HeldAccess {
  companyId: number;
  accessId: number;
}

export const OWNER = 1;
export const MANAGER = 2;

/**
 * Whether an actor may give an access in a company, change it or take it away: an owner any, a manager those
 * below manager. Nobody grants above their own.
 */
export function mayGrant(actor: UserActor, { companyId, accessId }: HeldAccess): boolean {
  const own = actor.operator ? OWNER : actor.grants.get(companyId)?.accessId;
  return own === OWNER || (own === MANAGER && accessId > MANAGER);
}

/** Whether an actor shares a company with the user who has these accesses. */
export function sharesCompany(actor: UserActor, accesses: HeldAccess[]): boolean {
  return actor.operator || accesses.some(({ companyId }) => actor.grants.has(companyId));
}

/**
 * Whether an actor manages a user as a whole, and not just in one of several companies: what would change for
 * another company too is not theirs to change.
 */
export function managesUser(actor: UserActor, accesses: HeldAccess[]): boolean {
  return actor.operator || (accesses.length > 0 && accesses.every((one) => mayGrant(actor, one)));
}

/**
 * Whether an actor has proved that the mailbox of their address is theirs. Until then nothing that is addressed to
 * it is shown to them or accepted by them, and no mail goes out in their name.
 */
export function hasConfirmedEmail(actor: UserActor): boolean {
  return actor.emailConfirmed;
}

/** Whether an actor manages a user in one company at least: there they can cut them off, and nowhere else. */
export function managesUserSomewhere(actor: UserActor, accesses: HeldAccess[]): boolean {
  return actor.operator || accesses.some((one) => mayGrant(actor, one));
}

/** Whether an access is at least that of a role. */
export function atLeast(accessId: number, role: Role): boolean {
  return accessId <= accessIdOf(role);
}

/** The access of a role. */
export function accessIdOf(role: Role): number {
  return ROLES.indexOf(role) + 1;
}

/** The role of an access. @returns `undefined` for a number that is none's. */
export function roleOf(accessId: number): Role | undefined {
  return ROLES[accessId - 1];
}

const selection = {
  email: users.email,
  emailConfirmedAt: users.emailConfirmedAt,
  firstName: users.firstName,
  lastName: users.lastName,
  status: users.status,
  operator: users.operator,
  tokenVersion: users.tokenVersion,
  endedAt: familyRevokedAt(sql.placeholder("session")).as("ended_at"),
  // Where none are wanted, SQLite does not even begin to look for them.
  roots:
    sql<string>`iif(${sql.placeholder("roots")} = 0, '[]', (${rootsAsJson(sql`"users"."id"`, sql.placeholder("roots"))}))`.as(
      "roots",
    ),
  grants: sql<string>`(${grantsAsJson(sql.placeholder("companyIds"), sql`"users"."id"`)})`.as("grants"),
};

/** A user as far as their token says who they are, and what the directory is asked about them. */
export interface UserCaller {
  kind: "user";
  claims: AccessClaims;
  scope: CallerScope;
}

/** What a request is about, as far as it is known before its caller is. */
export interface CallerScope {
  companyIds: readonly number[];
  /**
   * Whether it is about `all` that the caller sees. Where it is about a company that is not known yet, a `few` of their
   * roots are looked up: for most people it is the company of one of these.
   */
  roots: "all" | "few" | "none";
}

/** How many roots are looked up with a caller. */
const ROOTS = { all: -1, few: 5, none: 0 } as const satisfies Record<CallerScope["roots"], number>;

/**
 * Reads who a user is and what they may do, in one query: an access that was taken away, a disabled user and a
 * raised token version count from the next request on.
 *
 * @param claims what the user's token says.
 * @returns `null` for a user who may not act (any more).
 */
export async function loadActor(
  directory: D1Database,
  claims: AccessClaims,
  { companyIds = [], roots = "none" }: Partial<CallerScope> = {},
): Promise<UserActor | null> {
  const caller: UserCaller = { kind: "user", claims, scope: { companyIds, roots } };
  return readActor(directory, await askForActor(directory, caller), caller);
}

/** Tells what is asked of the directory apart: the same text is the same question. */
export function actorQuestion({
  claims: { userId, session },
  scope: { companyIds, roots },
}: UserCaller): string {
  return `user ${userId} ${session} ${roots} ${companyIds.join()}`;
}

/** Asks the directory about a caller. @returns `undefined` where there is no such user. */
export async function askForActor(
  directory: D1Database,
  { claims: { userId, session }, scope: { companyIds, roots } }: UserCaller,
): Promise<ActorRow | undefined> {
  const values = { userId, session, companyIds: JSON.stringify(companyIds), roots: ROOTS[roots] };
  const { results } = await actorQuery().bind(directory, values).all<Record<string, unknown>>();
  return results[0];
}

function actorQuery() {
  return compileOnce("actor", selection, () =>
    queryBuilder
      .select(selection)
      .from(users)
      .where(eq(users.id, sql.placeholder("userId"))),
  );
}

/**
 * Reads what the directory said about a caller.
 *
 * @param directory looks up the grants in other companies, where the request turns out to be about these.
 * @returns `null` for a user who may not act (any more).
 */
export function readActor(
  directory: D1Database,
  row: ActorRow | undefined,
  { claims: { userId, version, session, expiresAt }, scope }: UserCaller,
): UserActor | null {
  const user = row && actorQuery().row(row);
  if (user?.status !== "active" || user.tokenVersion !== version || user.endedAt !== null) return null;
  const grants = new Grants(directory, userId);
  grants.add(scope.companyIds, JSON.parse(user.grants) as GrantRow[]);
  const roots = JSON.parse(user.roots) as ListedRootRow[];
  grants.add(
    [],
    roots.map(([companyId, accessId, store, , , name, timezone]) => [
      companyId,
      name,
      store,
      accessId,
      timezone,
    ]),
  );
  return {
    kind: "user",
    userId,
    session,
    tokenExpiresAt: expiresAt,
    fullName: `${user.firstName} ${user.lastName}`.trim(),
    email: user.email,
    operator: user.operator,
    emailConfirmed: user.emailConfirmedAt !== null,
    grants,
    // Some of them are no list: they would be taken for all.
    roots: scope.roots === "all" ? roots.map(readRoot) : [],
  };
}

function readRoot([companyId, accessId, store, companies, above]: ListedRootRow): ListedRoot {
  return { companyId, accessId, store, companies, above };
}
