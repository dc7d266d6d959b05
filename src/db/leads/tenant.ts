import { type Column, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../clients.ts";

declare const minted: unique symbol;

/**
 * The right to query one lead store for certain companies. Every query on a lead store takes one, and only the
 * access layer and the import's consumer mint them: a query cannot forget whose rows it may see.
 */
export interface Tenant {
  readonly store: number;
  readonly db: LeadsDb;
  /** `all` for a platform operator and for the system itself. */
  readonly companyIds: readonly number[] | "all";
  readonly [minted]: true;
}

/** Mints a tenant. Whoever calls it has checked that the caller may see these companies. */
export function mintTenant(store: number, db: LeadsDb, companyIds: readonly number[] | "all"): Tenant {
  return { store, db, companyIds } as Tenant;
}

/** The condition that keeps a query to the tenant's companies: one bound parameter, however many there are. */
export function ownedBy(tenant: Tenant, companyId: Column): SQL {
  if (tenant.companyIds === "all") return sql`1`;
  if (tenant.companyIds.length === 1) return sql`${companyId} = ${tenant.companyIds[0]}`;
  return sql`${companyId} IN (SELECT value FROM json_each(${JSON.stringify(tenant.companyIds)}))`;
}
