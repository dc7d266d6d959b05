import { and, eq, inArray, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { isInForce } from "../db/directory/conditions.ts";
import { companies, companyAncestors, companyMemberships, memberships } from "../db/directory/schema.ts";

const columns = {
  id: companies.id,
  name: companies.name,
  parentCompanyId: companies.parentCompanyId,
  avatarKey: companies.avatarKey,
  timezone: companies.timezone,
  country: companies.country,
  defaultLocale: companies.defaultLocale,
  cyclesEnabled: companies.cyclesEnabled,
  withoutOwnerSince: companies.withoutOwnerSince,
  createdAt: companies.createdAt,
  updatedAt: companies.updatedAt,
  // Under names of their own: a batch has a row as an object, in which two of one name are one.
  membershipId: sql<number | null>`${memberships.id}`.as("membership_id"),
  membershipName: sql<string | null>`${memberships.name}`.as("membership_name"),
  membershipStatus: companyMemberships.status,
  membershipPeriodEnd: companyMemberships.currentPeriodEnd,
};

/** The row that the view of a company is made of. */
export type CompanyRow = NonNullable<Awaited<ReturnType<typeof findCompany>>>;

/** A company with its membership. @returns `undefined` where there is none. */
export function findCompany(db: DirectoryDb, id: number) {
  return selectCompany(db, id).get();
}

/** A statement that reads a company with its membership; it may stand in a batch. */
export function selectCompany(db: DirectoryDb, id: number) {
  return withMembership(db).where(eq(companies.id, id));
}

/** Where a company's leads live, and how its phones are read. @returns `undefined` where there is no such company. */
export function findCompanyHome(db: DirectoryDb, id: number) {
  return companyHome(db, id).get();
}

/** A query for the same, that may stand in a batch. */
export function companyHome(db: DirectoryDb, id: number) {
  return db
    .select({
      store: companies.leadStore,
      country: companies.country,
      name: companies.name,
      /** JSON: the companies above it. */
      ancestors: sql<string>`(
        SELECT json_group_array(ca.ancestor_id) FROM ${companyAncestors} ca
        WHERE ca.company_id = "companies"."id" AND ca.depth > 0)`.as("ancestors"),
    })
    .from(companies)
    .where(eq(companies.id, id));
}

/** What a company hands down to a new one below it. @returns `undefined` where there is no such company. */
export function findParent(db: DirectoryDb, id: number) {
  return db
    .select({
      leadStore: companies.leadStore,
      timezone: companies.timezone,
      country: companies.country,
      defaultLocale: companies.defaultLocale,
      /** How many companies are above it. */
      depth: sql<number>`(SELECT max(depth) FROM ${companyAncestors} WHERE company_id = ${id})`,
    })
    .from(companies)
    .where(eq(companies.id, id))
    .get();
}

const MOST_PARAMETERS = 100;

/** The names of companies, by id, in one query. */
export async function companyNames(db: DirectoryDb, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: companies.id, name: companies.name })
    .from(companies)
    // D1 takes 100 parameters; the rows of JSON would be counted as rows that are read.
    .where(
      ids.length <= MOST_PARAMETERS
        ? inArray(companies.id, ids)
        : sql`${companies.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Companies with their membership; it may stand in a batch. */
export function withMembership(db: DirectoryDb) {
  return db
    .select(columns)
    .from(companies)
    .leftJoin(companyMemberships, and(eq(companyMemberships.companyId, companies.id), isInForce))
    .leftJoin(memberships, eq(memberships.id, companyMemberships.membershipId));
}

/** The language that a company's people are written to in, `null` where none is set. */
export async function findCompanyLanguage(db: DirectoryDb, id: number): Promise<string | null> {
  const columns = { language: companies.defaultLocale };
  return (await db.select(columns).from(companies).where(eq(companies.id, id)).get())?.language ?? null;
}
