import { type Column, type SQL, sql } from "drizzle-orm";
import { type LeadsDb, openLeads } from "../clients.ts";

declare const minted: unique symbol;

/**
 * The right to query one lead store for certain companies. Every query on a lead store takes one, and only the
 * access layer and the import's consumer mint them: no query can leave out whose rows it may see.
 */
export interface Tenant {
  readonly store: number;
  readonly db: LeadsDb;
  /** The same without drizzle around it. */
  readonly client: D1Database;
  /** `all` for a platform operator and for the system itself. */
  readonly companyIds: readonly number[] | "all";
  readonly [minted]: true;
}

/** Mints a tenant, after a check that the caller may see these companies. */
export function mintTenant(store: number, client: D1Database, companyIds: readonly number[] | "all"): Tenant {
  let db: LeadsDb | undefined;
  const tenant = {
    store,
    client,
    companyIds,
    // Created on first use: the reads that clients poll do not need it.
    get db() {
      db ??= openLeads(client);
      return db;
    },
  };
  return tenant as Tenant;
}

/** The condition that keeps a query to the tenant's companies; {@link ownedValues} has what it binds. */
export function ownedBy(tenant: Tenant, companyId: Column): SQL {
  if (tenant.companyIds === "all") return sql`1`;
  return sql`${companyId} IN (SELECT value FROM json_each(${sql.placeholder("companyIds")}))`;
}

/** What {@link ownedBy} binds: one parameter, however many companies there are. */
export function ownedValues(tenant: Tenant): { companyIds: string } {
  return { companyIds: JSON.stringify(tenant.companyIds) };
}
