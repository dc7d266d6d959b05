import { and, count, eq, ne, sql } from "drizzle-orm";
import type { Actor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { companies, companyAncestors, companyMemberships, memberships } from "../../db/directory/schema.ts";
import type { ListRequest } from "../../http/list-query.ts";
import { readPage } from "../../http/read-page.ts";

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
  membershipId: memberships.id,
  membershipName: memberships.name,
  membershipStatus: companyMemberships.status,
  membershipPeriodEnd: companyMemberships.currentPeriodEnd,
};

const filterable = {
  id: companies.id,
  name: companies.name,
  parent_company_id: companies.parentCompanyId,
  without_owner_since: companies.withoutOwnerSince,
  created_at: companies.createdAt,
};

/** The row that the view of a company is made of. */
export type CompanyRow = NonNullable<Awaited<ReturnType<typeof findCompany>>>;

/** A company with its membership. @returns `undefined` where there is none. */
export function findCompany(db: DirectoryDb, id: number) {
  return withMembership(db).where(eq(companies.id, id)).get();
}

/** A page of the companies that the actor may see. */
export function listCompanies(db: DirectoryDb, actor: Actor, request: ListRequest) {
  const ids = JSON.stringify([...actor.grants.keys()]);
  return readPage(request, filterable, {
    rows: withMembership(db),
    totals: db.select({ total: count() }).from(companies),
    where: actor.operator ? [] : [sql`${companies.id} IN (SELECT value FROM json_each(${ids}))`],
  });
}

/** Where a company's leads live, and how its phones are read. @returns `undefined` where there is no such company. */
export function findCompanyHome(db: DirectoryDb, id: number) {
  return db
    .select({ store: companies.leadStore, country: companies.country, name: companies.name })
    .from(companies)
    .where(eq(companies.id, id))
    .get();
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

/** The names of companies, by id, in one query. */
export async function namesOfCompanies(db: DirectoryDb, ids: number[]): Promise<Map<number, string>> {
  const rows = await db
    .select({ id: companies.id, name: companies.name })
    .from(companies)
    .where(sql`${companies.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return new Map(rows.map((row) => [row.id, row.name]));
}

function withMembership(db: DirectoryDb) {
  return db
    .select(columns)
    .from(companies)
    .leftJoin(
      companyMemberships,
      and(eq(companyMemberships.companyId, companies.id), ne(companyMemberships.status, "canceled")),
    )
    .leftJoin(memberships, eq(memberships.id, companyMemberships.membershipId));
}
