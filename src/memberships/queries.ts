import { and, eq } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { isInForce } from "../db/directory/conditions.ts";
import { companyMemberships, memberships } from "../db/directory/schema.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";

export type MembershipRow = typeof memberships.$inferSelect;
export interface CompanyMembershipRow {
  attached: typeof companyMemberships.$inferSelect;
  membership: MembershipRow;
}

const filterable = {
  id: memberships.id,
  name: memberships.name,
  interval: memberships.interval,
  active: memberships.active,
  price_cents: memberships.priceCents,
};

/** A membership of the catalogue. @returns `undefined` where there is none. */
export function findMembership(db: DirectoryDb, id: number): Promise<MembershipRow | undefined> {
  return db.select().from(memberships).where(eq(memberships.id, id)).get();
}

/** A page of the catalogue. */
export function listMemberships(db: DirectoryDb, request: ListRequest) {
  return readPage(db, request, filterable, {
    rows: db.select().from(memberships),
    counted: db.select(ONE).from(memberships),
  });
}

/** What a company was given, present or past. @returns `undefined` where there is none. */
export function findCompanyMembership(
  db: DirectoryDb,
  id: number,
): Promise<CompanyMembershipRow | undefined> {
  return attached(db).where(eq(companyMemberships.id, id)).get();
}

/** The membership that a company has now. @returns `undefined` where it has none. */
export function presentMembership(
  db: DirectoryDb,
  companyId: number,
): Promise<CompanyMembershipRow | undefined> {
  return attached(db)
    .where(and(eq(companyMemberships.companyId, companyId), isInForce))
    .get();
}

/** Memberships of companies, each with its row of the catalogue. */
export function attached(db: DirectoryDb) {
  return db
    .select({ attached: companyMemberships, membership: memberships })
    .from(companyMemberships)
    .innerJoin(memberships, eq(memberships.id, companyMemberships.membershipId));
}
