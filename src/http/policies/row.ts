import type { CompanyActor, LinkActor, Role } from "../../auth/actor.ts";
import { type Databases, type DirectoryDb, openDirectory } from "../../db/clients.ts";
import { STORE_SPAN } from "../../db/leads/provision.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { AppError, notFound, requireFound, unauthorized } from "../../errors.ts";
import { beginning } from "../beginning.ts";
import { type Policy, type PolicyInput, type RequestTarget, requireCompanyActor } from "./policy.ts";
import { lastCompanyOf, requireRole, requireSight } from "./require-role.ts";

export interface LocatedRow<Row extends { companyId: number }> {
  row: Row;
  tenant: Tenant;
  /** Whether somebody with an access in its company sees it; without this, everybody who has one does. */
  isSeenBy?: (actor: CompanyActor) => boolean;
}

/**
 * Finds the row that the path names, for every caller: the policy decides by its company whether they see it.
 *
 * @returns `null` where there is none.
 */
export type LoadRow<Row extends { companyId: number }> = (
  params: RequestTarget["params"],
  tenantOf: (store: number) => Tenant | null,
) => Promise<LocatedRow<Row> | null>;

/** The company of a row of a lead store that the path names; the row is handed on. */
export function rowPolicy<Row extends { companyId: number }>({
  role,
  load,
}: {
  role: Role;
  load: LoadRow<Row>;
}): Policy<{ actor: CompanyActor; companyId: number; row: Row; tenant: Tenant }> {
  const located = beginning((target: Located) => locate(target, load));
  return {
    declares: { kind: "row", role },
    caller: "required",
    acceptsKeys: true,
    locate: (_, userId) => lastCompanyOf(userId),
    begin: located.begin,
    async authorize(input) {
      const actor = requireCompanyActor(input);
      const { row, tenant, isSeenBy } = requireFound(await located.finish(input));
      const { companyId } = row;
      await requireSight(actor, companyId);
      if (isSeenBy && !isSeenBy(actor)) throw notFound();
      await requireRole(actor, companyId, role);
      return { actor, companyId, row, tenant: mintTenant(tenant.store, tenant.client, [companyId]) };
    },
  };
}

/** A link that this API signed, for those who cannot send a header. */
export interface SignedLink {
  /**
   * The user, or the API key, that the link of a request was made for.
   *
   * @returns `null` where the request has none. @throws 403 where it was changed or has expired.
   */
  holderOf(input: PolicyInput): number | null;
  /** Whether its holder still sees what is in a company. */
  stillSees(directory: DirectoryDb, holderId: number, companyId: number): Promise<boolean>;
}

/** As {@link rowPolicy}, and for the holder of a link, who needs no token. */
export function rowOrLinkPolicy<Row extends { companyId: number }>({
  role,
  load,
  link,
}: {
  role: Role;
  load: LoadRow<Row>;
  link: SignedLink;
}): Policy<{ actor: CompanyActor | LinkActor; companyId: number; row: Row; tenant: Tenant }> {
  const byToken = rowPolicy({ role, load });
  return {
    ...byToken,
    declares: { kind: "row_or_link", role },
    caller: "optional",
    async authorize(input) {
      if (input.actor !== null) return byToken.authorize(input);
      const holderId = link.holderOf(input);
      if (holderId === null) {
        throw unauthorized(
          "Send the access token as `Authorization: Bearer <token>`, or use the signed link.",
        );
      }
      const { row, tenant } = requireFound(await locate(input, load));
      const { companyId } = row;
      const directory = openDirectory(input.databases.primaryDirectoryClient);
      if (!(await link.stillSees(directory, holderId, companyId))) {
        throw new AppError("invalid_link", "Who the link was made for does not see this any more.");
      }
      const own = mintTenant(tenant.store, tenant.client, [companyId]);
      return { actor: { kind: "link", holderId }, companyId, row, tenant: own };
    },
  };
}

type Located = Pick<PolicyInput, "databases" | "params">;

function locate<Row extends { companyId: number }>(
  { databases, params }: Located,
  load: LoadRow<Row>,
): Promise<LocatedRow<Row> | null> {
  return load(params, (store) => tenantOfStore(databases, store));
}

/**
 * A lead store, open for all companies: for what is read before it is known who calls.
 *
 * @returns `null` where there is no such store.
 */
export function tenantOfStore(databases: Databases, store: number | null): Tenant | null {
  if (store === null || store >= databases.stores) return null;
  return mintTenant(store, databases.leads(store), "all");
}

/** The same of the store that has an id. @returns `null` for what is no id, too. */
export function tenantOfId(databases: Databases, id: number): Tenant | null {
  return Number.isSafeInteger(id) && id > 0 ? tenantOfStore(databases, Math.floor(id / STORE_SPAN)) : null;
}

/**
 * Finds the row of a lead store that the path names by its id, which says in which store to look.
 *
 * @param find finds a row among those of a tenant.
 * @param parameter where the path has the id.
 */
export function loadById<Row extends { companyId: number }>(
  find: (tenant: Tenant, id: number) => Promise<Row | undefined>,
  parameter = "id",
): LoadRow<Row> {
  return async (params, tenantOf) => {
    const id = Number(params[parameter]);
    const tenant = Number.isSafeInteger(id) && id > 0 ? tenantOf(Math.floor(id / STORE_SPAN)) : null;
    const row = tenant && (await find(tenant, id));
    return tenant && row ? { row, tenant } : null;
  };
}
