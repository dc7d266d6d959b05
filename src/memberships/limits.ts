import { eq, getTableColumns, is, SQL, sql } from "drizzle-orm";
import type { SQLiteInsertValue } from "drizzle-orm/sqlite-core";
import { monthAt } from "../cycles/zoned-time.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { companies, memberships, sharedMemberships } from "../db/directory/schema.ts";
import { imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError } from "../errors.ts";
import { isoTime } from "../http/time.ts";

/**
 * How many imports the companies that share a membership may start in a month of the calendar. Which membership
 * counts for a company, and how many users it allows, is a rule of the database (`shared_memberships`).
 */
export interface ImportQuota {
  max: number;
  /** When the month began and when the next one begins, where its holder is; milliseconds since 1970. */
  since: number;
  until: number;
  /** The companies that share it, as JSON. */
  companyIds: string;
}

/**
 * What the membership that counts for a company says of its imports.
 *
 * @param now milliseconds since 1970.
 * @returns `null` where there is no limit: it sets none, or no membership counts.
 */
export async function importQuota(
  db: DirectoryDb,
  companyId: number,
  now: number,
): Promise<ImportQuota | null> {
  return quotaOf(await quotaHolder(db, companyId), now);
}

/** A query for whose membership counts for a company, and what it says of imports; it may stand in a batch. */
export function quotaHolder(db: DirectoryDb, companyId: number) {
  return db
    .select({
      max: memberships.maxImportsPerMonth,
      timezone: companies.timezone,
      companyIds: sql<string>`(
        SELECT json_group_array(shared.company_id) FROM ${sharedMemberships} shared
        WHERE shared.holder_id = ${sharedMemberships.holderId})`.as("company_ids"),
    })
    .from(sharedMemberships)
    .innerJoin(memberships, eq(memberships.id, sharedMemberships.membershipId))
    .innerJoin(companies, eq(companies.id, sharedMemberships.holderId))
    .where(eq(sharedMemberships.companyId, companyId))
    .limit(1);
}

/** The quota that {@link quotaHolder} found. @param now milliseconds since 1970. @returns `null` where there is no limit. */
export function quotaOf([holder]: Awaited<ReturnType<typeof quotaHolder>>, now: number): ImportQuota | null {
  if (!holder || holder.max === null) return null;
  const { max, timezone, companyIds } = holder;
  return { max, ...monthAt(now, timezone), companyIds };
}

/** @throws 402 where the month's imports are used up. */
export async function requireImportLeft(tenant: Tenant, quota: ImportQuota): Promise<void> {
  const [used] = await tenant.db.all<{ all: number }>(sql`SELECT ${started(quota)} >= ${quota.max} AS "all"`);
  if (used?.all) throw usedUp(quota);
}

/** The row of an import, whose `queuedAt` may be told by the others that the company has. */
export type NewImportRow = SQLiteInsertValue<typeof imports>;

/**
 * A statement that writes the row of an import where the month has one left. It counts itself, so that of two imports
 * which want the last one, one gets it: nothing is returned where there is no row.
 *
 * @param condition what has to hold besides.
 * @see usedUp the answer then.
 */
export function insertWithin(
  { db }: Pick<Tenant, "db">,
  row: NewImportRow,
  quota: ImportQuota | null,
  condition: SQL,
) {
  return db
    .insert(imports)
    .select(sql`SELECT ${columnValues(row)} WHERE ${hasImportLeft(quota)} AND ${condition}`)
    .returning({ queuedAt: imports.queuedAt });
}

/** The value of each column of an import, in their order: drizzle adds no defaults to what is selected. */
function columnValues(row: NewImportRow): SQL {
  const values = Object.entries(getTableColumns(imports)).map(([name, column]) => {
    const value = row[name as keyof NewImportRow] ?? column.default ?? null;
    return is(value, SQL) ? value : sql.param(value, column);
  });
  return sql.join(values, sql`, `);
}

/** How many imports were started this month, also in companies that the caller does not see. A dry run is none. */
function started({ companyIds, since }: ImportQuota): SQL {
  return sql`(SELECT count(*) FROM imports i
    WHERE i.company_id IN (SELECT value FROM json_each(${companyIds})) AND NOT i.dry_run AND i.is_batch = 0
      AND coalesce(i.committed_at, i.created_at) >= ${since})`;
}

/** Whether the month has an import left, as SQL: for the statement that makes one of a dry run. */
export function hasImportLeft(quota: ImportQuota | null): SQL {
  return quota ? sql`${started(quota)} < ${quota.max}` : sql`1`;
}

/** The 402 where the month's imports are used up. */
export function usedUp({ max, until }: ImportQuota): AppError {
  return new AppError(
    "membership_limit",
    `imports_per_month: all ${max} of this month are used. The next month begins at ${isoTime(until)}; or take a larger membership.`,
  );
}
