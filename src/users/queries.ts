import { and, eq, sql } from "drizzle-orm";
import type { SQLiteSelect } from "drizzle-orm/sqlite-core";
import type { DirectoryDb } from "../db/clients.ts";
import { isPrimary } from "../db/directory/conditions.ts";
import { accesses, companies, legalApprovals, userAccesses, users } from "../db/directory/schema.ts";
import { CURRENT_VERSION } from "../legal-terms/queries.ts";

/** What a user is shown by. No two of these share a name: drizzle reads rows of a batch by their names. */
export const userColumns = {
  id: users.id,
  firstName: users.firstName,
  lastName: users.lastName,
  email: users.email,
  status: users.status,
  avatarKey: users.avatarKey,
  phone: users.phone,
  locale: users.locale,
  importMails: users.importMails,
  emailConfirmedAt: users.emailConfirmedAt,
  onboardingCompletedAt: users.onboardingCompletedAt,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  primaryAccessId: sql<number | null>`${userAccesses.id}`.as("primary_access_id"),
  accessId: userAccesses.accessId,
  accessName: accesses.name,
  companyId: userAccesses.companyId,
  companyName: sql<string | null>`${companies.name}`.as("company_name"),
  parentCompanyId: companies.parentCompanyId,
  /** The companies in which the user is suspended and those in which not, where they are suspended in any. */
  suspensions: sql<string | null>`iif(EXISTS (
    SELECT 1 FROM ${userAccesses} s WHERE s.user_id = "users"."id" AND s.suspended_at IS NOT NULL), (
    SELECT json_group_array(json_array(held.company_id, held.suspended_at IS NOT NULL)) FROM ${userAccesses} held
    WHERE held.user_id = "users"."id"), NULL)`.as("suspensions"),
  // Approving a version means nothing for the one after it: the user is asked again.
  termsApprovedAt: sql<number | null>`(
    SELECT max(la.approved_at) FROM ${legalApprovals} la
    WHERE la.user_id = "users"."id"
      AND la.version = ${CURRENT_VERSION})`,
};

/** The row that the view of a user is made of. */
export type UserRow = NonNullable<Awaited<ReturnType<typeof findUser>>>;

/** A user with their primary access and company. @returns `undefined` where there is none. */
export function findUser(db: DirectoryDb, id: number) {
  return selectUsers(db).where(eq(users.id, id)).get();
}

/** Users with their primary access and company; it may stand in a batch. */
export function selectUsers(db: DirectoryDb) {
  return withPrimary(db.select(userColumns).from(users).$dynamic());
}

/** Joins what the columns of a user are read from. */
export function withPrimary<T extends SQLiteSelect>(query: T) {
  return query
    .leftJoin(userAccesses, and(eq(userAccesses.userId, users.id), isPrimary))
    .leftJoin(accesses, eq(accesses.id, userAccesses.accessId))
    .leftJoin(companies, eq(companies.id, userAccesses.companyId));
}

/** What changing a user needs to know of them. */
export type Account = NonNullable<Awaited<ReturnType<typeof findAccountOf>>>;

/** A user as they are kept, for those who change them: never to show. @returns `undefined` where there is none. */
export function findAccountOf(db: DirectoryDb, id: number) {
  return db
    .select({
      id: users.id,
      firstName: users.firstName,
      lastName: users.lastName,
      phone: users.phone,
      locale: users.locale,
      importMails: users.importMails,
      email: users.email,
      emailConfirmedAt: users.emailConfirmedAt,
      status: users.status,
      operator: users.operator,
      passwordHash: users.passwordHash,
    })
    .from(users)
    .where(eq(users.id, id))
    .get();
}

/** What those are called who did something. */
export interface AuthorName {
  fullName: string;
  /** `null` for an API key. */
  email: string | null;
}

interface NameRow {
  id: number;
  first_name: string;
  last_name: string;
  email: string | null;
}

const NAMES = `
  SELECT id, first_name, last_name, email FROM users WHERE id IN (SELECT value FROM json_each(?1))
  UNION ALL
  SELECT id, name, '', NULL FROM api_keys WHERE id IN (SELECT value FROM json_each(?1))`;

/** So many people of a company are guessed to be the authors of what it has. */
const GUESSED = 10;

const NAMES_IN = `
  SELECT id, first_name, last_name, email FROM users WHERE id IN (
    SELECT ua.user_id FROM user_accesses ua
    WHERE ua.company_id IN (SELECT value FROM json_each(?1)) LIMIT ${GUESSED})`;

/** The names of users and API keys, by id, in one query; none for no ids. */
export async function namesOfAuthors(db: DirectoryDb, ids: number[]): Promise<Map<number, AuthorName>> {
  if (ids.length === 0) return new Map();
  return readNames(db, NAMES, ids);
}

/**
 * The names of some who have an access in companies: who made what these have is most often one of them.
 *
 * @see expectRows
 */
export function namesOfMembers(
  db: DirectoryDb,
  companyIds: readonly number[],
): Promise<Map<number, AuthorName>> {
  return readNames(db, NAMES_IN, companyIds);
}

async function readNames(
  db: DirectoryDb,
  query: string,
  ids: readonly number[],
): Promise<Map<number, AuthorName>> {
  const { results } = await db.$client.prepare(query).bind(JSON.stringify(ids)).all<NameRow>();
  return new Map(
    results.map(({ id, first_name: firstName, last_name: lastName, email }) => [
      id,
      { fullName: fullName({ firstName, lastName }), email },
    ]),
  );
}

/** A user's whole name. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim();
}
