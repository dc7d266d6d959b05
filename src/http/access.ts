import { type Actor, atLeast, type Role } from "../auth/actor.ts";
import type { Databases } from "../db/clients.ts";
import { mintTenant, type Tenant } from "../db/leads/tenant.ts";
import type { AppContext } from "./context.ts";
import { notFound, refusal } from "./errors.ts";

/**
 * Who may call a route, and where the company in question is named. Each kind gives the handler what it needs
 * to go on, and nothing to reach further.
 */
export type Access<Row = unknown> =
  /** Anyone, signed in or not. */
  | { kind: "public" }
  /** Whoever holds a link that this API signed; the route checks the signature. */
  | { kind: "signed_link" }
  /** Anyone signed in; about themselves, or about companies that the query keeps to. */
  | { kind: "signed_in" }
  /** A list over every company in which the caller has the role. */
  | { kind: "companies"; role: Role }
  /** The company that a path parameter names. */
  | { kind: "company"; role: Role; parameter: string }
  /** The company of the row that the path names; the row is handed on. */
  | { kind: "row"; role: Role; load: LoadRow<Row> }
  /** The company that a field of the body names while it streams in: the handler asks before it stores. */
  | { kind: "streamed"; role: Role; field: string };

/** Finds the row that the path names within what the caller can see. @returns `null` where there is none. */
export type LoadRow<Row> = (
  params: Record<string, string>,
  tenantOf: (store: number) => Tenant | null,
) => Promise<{ row: Row & { companyId: number }; tenant: Tenant } | null>;

/** What an access gives a handler, by its kind. */
export type Granted<A extends Access> = A extends { kind: "public" | "signed_link" }
  ? unknown
  : { actor: Actor } & (A extends { kind: "companies" }
      ? { tenants: Tenant[] }
      : A extends { kind: "company" }
        ? { companyId: number }
        : A extends { kind: "row"; load: LoadRow<infer Row> }
          ? { row: Row & { companyId: number }; tenant: Tenant }
          : A extends { kind: "streamed" }
            ? { authorize: (companyId: number, store: number | null) => Promise<Tenant> }
            : unknown);

/** Decides whether the caller may go on, before anything but the path has been looked at. */
export async function grant(access: Access, c: AppContext): Promise<unknown> {
  if (access.kind === "public" || access.kind === "signed_link") return {};
  const actor = c.get("actor");
  const databases = c.get("databases");
  switch (access.kind) {
    case "signed_in":
      return { actor };
    case "companies":
      return { actor, tenants: tenantsOf(actor, access.role, databases) };
    case "company": {
      const companyId = Number(c.req.param(access.parameter));
      requireRole(actor, companyId, access.role);
      return { actor, companyId };
    }
    case "row": {
      const found = await access.load(c.req.param() as Record<string, string>, (store) =>
        visibleIn(actor, store, databases),
      );
      if (!found) throw notFound();
      requireRole(actor, found.row.companyId, access.role);
      return { actor, row: found.row, tenant: found.tenant };
    }
    case "streamed":
      return {
        actor,
        authorize: async (companyId: number, store: number | null) => {
          requireRole(actor, companyId, access.role, access.field);
          if (store === null) throw notFound(access.field);
          return mintTenant(store, databases.leads(store), [companyId]);
        },
      };
  }
}

/**
 * @param field the field of the body that named the company, if one did.
 * @throws 404 where the caller cannot see the company, 403 where they can but may not do this.
 */
function requireRole(actor: Actor, companyId: number, role: Role, field?: string): void {
  if (actor.operator) return;
  const found = actor.grants.get(companyId);
  if (!found) throw notFound(field);
  if (!atLeast(found.accessId, role)) {
    const detail = `This takes the access "${role}" in company ${companyId}, or a higher one.`;
    throw refusal("forbidden", detail, field);
  }
}

/** One tenant for each store in which the caller has the role somewhere. */
function tenantsOf(actor: Actor, role: Role, databases: Databases): Tenant[] {
  const tenants: Tenant[] = [];
  for (let store = 0; store < databases.stores; store++) {
    const tenant = visibleIn(actor, store, databases, role);
    if (tenant) tenants.push(tenant);
  }
  return tenants;
}

function visibleIn(actor: Actor, store: number, databases: Databases, role: Role = "viewer"): Tenant | null {
  if (store >= databases.stores) return null;
  const client = databases.leads(store);
  if (actor.operator) return mintTenant(store, client, "all");
  const companyIds = [...actor.grants.values()]
    .filter((one) => one.store === store && atLeast(one.accessId, role))
    .map((one) => one.companyId);
  return companyIds.length > 0 ? mintTenant(store, client, companyIds) : null;
}
