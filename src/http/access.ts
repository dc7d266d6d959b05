import { and, eq, lte } from "drizzle-orm";
import {
  type Actor,
  atLeast,
  hasConfirmedEmail,
  MANAGER,
  managesUser,
  managesUserSomewhere,
  type Role,
  sharesCompany,
} from "../auth/actor.ts";
import { loadAccesses, type StoredAccess } from "../auth/load-accesses.ts";
import type { Databases, DirectoryDb } from "../db/clients.ts";
import { accessRoots, companies } from "../db/directory/schema.ts";
import { mintTenant, type Tenant } from "../db/leads/tenant.ts";
import { AppError, fieldError, notFound, refusal } from "../errors.ts";
import type { AppContext } from "./context.ts";

/** Where a request names what it is about. */
export type Place = "path" | "body" | "body_or_query";

/**
 * Who may call a route, and where that which it is about is named. Each kind gives the handler what it needs to
 * go on, and nothing to reach further.
 */
export type Access<Row = unknown> =
  /** Anyone, signed in or not. */
  | { kind: "public" }
  /** The holder of a link that this API signed; the route checks the signature. */
  | { kind: "signed_link" }
  /** Anyone; a caller who signs in is known to the handler. */
  | { kind: "optional" }
  /** Anyone signed in; about themselves, or about companies that the query keeps to. */
  | { kind: "signed_in" }
  /** A platform operator. */
  | { kind: "operator" }
  /** A list over every company in which the caller has the role. */
  | { kind: "companies"; role: Role }
  /** The company that a parameter of the path, or a field of the body, names. */
  | { kind: "company"; role: Role; in?: Place; field: string }
  /** The same for what lies in the company's lead store. */
  | { kind: "tenant"; role: Role; in?: Place; field: string }
  /**
   * The user that is named: the caller, where nothing is.
   * `see`: people who share a company with them. `manage`: they themselves, and managers of all of their
   * accesses. `manage_somewhere`: they themselves, and managers of one of their accesses. `grant`: people who see them and may grant somewhere. `self`: nobody else.
   */
  | { kind: "user"; may: "see" | "manage" | "manage_somewhere" | "grant" | "self"; in?: Place; field: string }
  /** The company of a row of the directory that the path names; the row is handed on. */
  | { kind: "directory_row"; role: Role; load: LoadDirectoryRow<Row> }
  /** The company of a row of a lead store that the path names; the row is handed on. */
  | { kind: "row"; role: Role; load: LoadRow<Row> }
  /** The company that a field of the body names while it streams in: the handler asks before it stores. */
  | { kind: "streamed"; role: Role; field: string };

/**
 * Finds the row that the path names for any caller: the access layer decides by its company whether they see it.
 *
 * @returns `null` where there is none.
 */
export type LoadRow<Row> = (
  params: Record<string, string>,
  tenantOf: (store: number) => Tenant | null,
) => Promise<LocatedRow<Row> | null>;

export interface LocatedRow<Row> {
  row: Row & { companyId: number };
  tenant: Tenant;
  /** Whether somebody with an access in its company sees it; without this, everybody who has one does. */
  isSeenBy?: (actor: Actor) => boolean;
}

/** Finds the row that the path names, for any caller. @returns `undefined` where there is none. */
export type LoadDirectoryRow<Row> = (
  params: Record<string, string>,
  db: DirectoryDb,
) => Promise<(Row & { companyId: number }) | undefined>;

/** The user that a request is about. */
export interface TargetUser {
  id: number;
  /** Whether it is the caller. */
  self: boolean;
  /** All their accesses, in companies that the caller does not see too: to decide by, never to show. */
  accesses: StoredAccess[];
  /** Whether the caller manages all of them: else they can change nothing that would count elsewhere too. */
  managed: boolean;
}

/**
 * Opens the lead stores of some companies, for those of them in which the caller has the route's role; of all
 * companies, for an operator.
 */
export type OpenTenants = (companyIds: readonly number[] | "all") => Promise<Tenant[]>;

/** What an access gives a handler, by its kind. */
export type Granted<A extends Access> = A extends { kind: "public" | "signed_link" }
  ? unknown
  : A extends { kind: "optional" }
    ? { actor: Actor | null }
    : { actor: Actor } & (A extends { kind: "companies" }
        ? { openTenants: OpenTenants }
        : A extends { kind: "company" }
          ? { companyId: number }
          : A extends { kind: "tenant" }
            ? { companyId: number; tenant: Tenant }
            : A extends { kind: "user" }
              ? { target: TargetUser }
              : A extends { kind: "directory_row"; load: LoadDirectoryRow<infer Row> }
                ? { row: Row & { companyId: number } }
                : A extends { kind: "row"; load: LoadRow<infer Row> }
                  ? { row: Row & { companyId: number }; tenant: Tenant }
                  : A extends { kind: "streamed" }
                    ? { authorize: (companyId: number, store: number | null) => Promise<Tenant> }
                    : unknown);

/** Decides whether the caller may go on, before more than what names the company or the user has been looked at. */
export async function authorize(
  access: Access,
  c: AppContext,
  readBody: () => Promise<unknown>,
): Promise<unknown> {
  if (access.kind === "public" || access.kind === "signed_link") return {};
  if (access.kind === "optional") return { actor: c.get("actor") ?? null };
  const actor = c.get("actor");
  const databases = c.get("databases");
  switch (access.kind) {
    case "signed_in":
      return { actor };
    case "operator":
      if (!actor.operator) throw new AppError("forbidden", "This takes a platform operator.");
      return { actor };
    case "companies":
      return {
        actor,
        openTenants: (ids: readonly number[] | "all") => tenantsOf(actor, access.role, databases, ids),
      };
    case "company":
      return { actor, companyId: await namedCompany(access, actor, c, readBody) };
    case "tenant": {
      const companyId = await namedCompany(access, actor, c, readBody);
      const store = actor.grants.get(companyId)?.store ?? (await storeOf(databases.directory, companyId));
      // What is no id at all is told to an operator by the validation that comes next.
      if (companyId === NOBODY) return { actor, companyId };
      if (store === undefined) throw notFound(access.in && access.field);
      return { actor, companyId, tenant: mintTenant(store, databases.leads(store), [companyId]) };
    }
    case "user": {
      const userId = (await namedIn(access, c, readBody)) ?? actor.userId;
      return { actor, target: await requireUser(actor, userId, access, databases.directory) };
    }
    case "directory_row": {
      const row = await access.load(c.req.param() as Record<string, string>, databases.directory);
      if (!row) throw notFound();
      await requireRole(actor, row.companyId, access.role);
      return { actor, row };
    }
    case "row": {
      const located = await access.load(c.req.param() as Record<string, string>, (store) =>
        store < databases.stores ? mintTenant(store, databases.leads(store), "all") : null,
      );
      if (!located) throw notFound();
      const { row, tenant, isSeenBy } = located;
      await requireSight(actor, row.companyId);
      if (isSeenBy && !isSeenBy(actor)) throw notFound();
      await requireRole(actor, row.companyId, access.role);
      return { actor, row, tenant: mintTenant(tenant.store, tenant.client, [row.companyId]) };
    }
    case "streamed":
      return {
        actor,
        authorize: async (companyId: number, store: number | null) => {
          await requireRole(actor, companyId, access.role, access.field);
          if (store === null) throw notFound(access.field);
          return mintTenant(store, databases.leads(store), [companyId]);
        },
      };
  }
}

/**
 * The id that a request names.
 *
 * @returns `undefined` where it names none.
 * @throws 404 where the path has no id, 422 where a field is none.
 */
async function namedIn(
  { in: place = "path", field }: { in?: Place; field: string },
  c: AppContext,
  readBody: () => Promise<unknown>,
): Promise<number | undefined> {
  if (place === "path") {
    const value = c.req.param(field) ?? "";
    // What is no id is refused as a parameter, after the caller was found to be one: it names nothing here.
    return idOf(value);
  }
  const body = await readBody();
  const value =
    typeof body === "object" && body !== null && Object.hasOwn(body, field)
      ? (body as Record<string, unknown>)[field]
      : undefined;
  if (value === undefined && place === "body_or_query") {
    const text = c.req.query(field) || undefined;
    return text === undefined ? undefined : idOf(text);
  }
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw fieldError("invalid_body", field, "invalid_type", "must be an id, a positive integer");
}

/** The company that a request names, where the caller has the role in it. */
async function namedCompany(
  access: Access & { kind: "company" | "tenant" },
  actor: Actor,
  c: AppContext,
  readBody: () => Promise<unknown>,
): Promise<number> {
  const companyId = await namedIn(access, c, readBody);
  if (companyId === undefined) {
    throw fieldError("invalid_body", access.field, "invalid_type", "must be the id of a company");
  }
  await requireRole(actor, companyId, access.role, access.in && access.field);
  return companyId;
}

/** The lead store of a company, for an operator, whose access names none. */
async function storeOf(db: DirectoryDb, companyId: number): Promise<number | undefined> {
  const columns = { store: companies.leadStore };
  return (await db.select(columns).from(companies).where(eq(companies.id, companyId)).get())?.store;
}

function idOf(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : NOBODY;
  return Number.isSafeInteger(id) ? id : NOBODY;
}

/** The id of nothing. */
const NOBODY = 0;

/**
 * @param field the field of the body that named the company, if one did.
 * @throws 404 where the caller cannot see the company, 403 where they can but may not do this.
 */
async function requireRole(actor: Actor, companyId: number, role: Role, field?: string): Promise<void> {
  await requireSight(actor, companyId, field);
  const grant = actor.grants.get(companyId);
  if (grant) rememberCompany(actor.userId, companyId);
  if (!actor.operator && !(grant && atLeast(grant.accessId, role))) {
    const detail = `This takes the access "${role}" in company ${companyId}, or a higher one.`;
    throw refusal("forbidden", detail, field);
  }
}

/** @throws 403 for a caller whose address has not been proved to be theirs. */
export function requireConfirmedEmail(actor: Actor): void {
  if (hasConfirmedEmail(actor)) return;
  const detail = "Open the link that was mailed to your address, or ask for another one.";
  throw new AppError("email_not_confirmed", detail);
}

/** @throws 404 where the caller cannot see the company. */
async function requireSight(actor: Actor, companyId: number, field?: string): Promise<void> {
  await actor.grants.lookUp([companyId]);
  if (!actor.operator && !actor.grants.has(companyId)) throw notFound(field);
}

/** @throws 404 where the caller cannot see the user, 403 where they can but may not do this. */
async function requireUser(
  actor: Actor,
  userId: number,
  { may, in: place, field }: Access & { kind: "user" },
  db: DirectoryDb,
): Promise<TargetUser> {
  const named = place && field;
  const self = userId === actor.userId;
  const accesses = await loadAccesses(db, userId);
  if (accesses && !actor.operator) await actor.grants.lookUp(accesses.map(({ companyId }) => companyId));
  if (!accesses || !(self || sharesCompany(actor, accesses))) throw notFound(named);
  const managed = managesUser(actor, accesses);
  const allowed = {
    see: true,
    self,
    manage: self || managed,
    manage_somewhere: self || managesUserSomewhere(actor, accesses),
    grant: actor.operator || may !== "grant" || (await managesSomewhere(actor, db)),
  }[may];
  if (!allowed) throw refusal("forbidden", FORBIDDEN[may], named);
  return { id: userId, self, accesses, managed };
}

async function managesSomewhere({ userId }: Actor, db: DirectoryDb): Promise<boolean> {
  const manages = and(eq(accessRoots.userId, userId), lte(accessRoots.accessId, MANAGER));
  const columns = { companyId: accessRoots.companyId };
  return (await db.select(columns).from(accessRoots).where(manages).limit(1)).length > 0;
}

const FORBIDDEN = {
  see: "",
  self: "This only the user can do.",
  manage: "This takes the user, or somebody who manages all of the user's accesses.",
  manage_somewhere: "This takes the user, or somebody who manages an access of the user.",
  grant: 'This takes the access "manager" in some company, or a higher one.',
};

async function tenantsOf(
  actor: Actor,
  role: Role,
  databases: Databases,
  companyIds: readonly number[] | "all",
): Promise<Tenant[]> {
  if (actor.operator) {
    const stores = [...Array(databases.stores).keys()];
    return stores.map((store) => mintTenant(store, databases.leads(store), companyIds));
  }
  if (companyIds === "all") throw new Error("all companies are for operators alone");
  await actor.grants.lookUp(companyIds);
  const grants = companyIds.flatMap((id) => actor.grants.get(id) ?? []);
  const allowed = grants.filter(({ accessId }) => atLeast(accessId, role));
  return [...Map.groupBy(allowed, ({ store }) => store)].map(([store, within]) =>
    mintTenant(
      store,
      databases.leads(store),
      within.map(({ companyId }) => companyId),
    ),
  );
}

/** The company that a request names in its path, or the one that its caller was last at: what it may be about. */
export function visibleCompanyId(access: Access, c: AppContext, userId: number): number | undefined {
  if (access.kind === "company" || access.kind === "tenant") {
    const named =
      access.in === undefined || access.in === "path" ? idOf(c.req.param(access.field) ?? "") : NOBODY;
    if (named !== NOBODY) return named;
  }
  if (access.kind === "companies") return idOf(c.req.query("company_id_eq") ?? "") || undefined;
  return access.kind === "row" ||
    access.kind === "directory_row" ||
    "in" in access ||
    access.kind === "streamed"
    ? lastCompanies.get(userId)
    : undefined;
}

/**
 * The company that each user was last at, in this isolate. Nothing is decided by it: it lets the query that finds
 * out who somebody is look up their grant there too, which saves a round trip where it is the same company again.
 */
const lastCompanies = new Map<number, number>();
const USERS = 10_000;

function rememberCompany(userId: number, companyId: number): void {
  if (lastCompanies.get(userId) === companyId) return;
  if (lastCompanies.size >= USERS) lastCompanies.clear();
  lastCompanies.set(userId, companyId);
}
