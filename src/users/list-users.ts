import { and, eq, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { UserActor } from "../auth/actor.ts";
import { addShownGrants, selectShownGrants } from "../auth/shown-grants.ts";
import { isCompanyVisible, visibleCompanies } from "../auth/visibility.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { accesses, userAccesses, users } from "../db/directory/schema.ts";
import { conditions, equals, filterValues } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { endSelectedPage, ONE, readPage, selectPage } from "../http/lists/read-page.ts";
import { selectUsers, type UserRow, userColumns, withPrimary } from "./queries.ts";

const ofUser = {
  id: users.id,
  email: users.email,
  first_name: users.firstName,
  last_name: users.lastName,
  status: users.status,
  created_at: users.createdAt,
};
const ofAccess = { company_id: userAccesses.companyId, access_id: userAccesses.accessId };

/**
 * A page of the users that an actor may see. What is asked of their accesses is asked of each access by itself,
 * and only of those in companies that the actor sees.
 */
export async function listUsers(db: DirectoryDb, actor: UserActor, request: ListRequest) {
  const about = (columns: object) => request.filters.filter(({ field }) => field in columns);
  const held = conditions({ filters: about(ofAccess) }, ofAccess);
  const ofUsers = { ...request, filters: about(ofUser) };
  const list = {
    counted: db.select(ONE).from(users),
    where: [visibleTo(actor), held.length > 0 ? hasAccess(inSight(actor), ...held) : undefined],
    values: { ...filterValues(request), ...emailOf(request) },
  };
  const [ids] = selectPage(db, ofUsers, ofUser, { ...list, rows: db.select({ id: users.id }).from(users) });
  const [rows, counted, [seen]] = await db.batch([
    ...selectPage(db, ofUsers, ofUser, { ...list, rows: selectUsers(db) }),
    selectShownGrants(db, actor, sql`${ids}`),
  ]);
  addShownGrants(actor, seen);
  return endSelectedPage<UserRow>([rows, counted], request);
}

/** A user that an actor may see, by their address. @param email trimmed and lower-cased. */
export async function findVisibleUser(db: DirectoryDb, actor: UserActor, email: string) {
  const isMeant = and(eq(users.email, email), sharesCompanyWith(actor));
  const [[row], [seen]] = await db.batch([
    selectUsers(db).where(isMeant),
    selectShownGrants(db, actor, sql`${db.select({ id: users.id }).from(users).where(isMeant)}`),
  ]);
  addShownGrants(actor, seen);
  return row;
}

const member = alias(userAccesses, "member");
const role = alias(accesses, "role");

/** A user with the access that they have in one company. */
export type CompanyUserRow = Awaited<ReturnType<typeof listCompanyUsers>>["rows"][number];

/** A page of the users who have an access in a company itself, and not only in one above it. */
export function listCompanyUsers(db: DirectoryDb, companyId: number, request: ListRequest) {
  const membership = and(eq(member.userId, users.id), eq(member.companyId, companyId));
  const columns = {
    ...userColumns,
    memberId: sql<number>`${member.id}`.as("member_id"),
    memberCompanyId: sql<number>`${member.companyId}`.as("member_company_id"),
    memberAccessId: sql<number>`${member.accessId}`.as("member_access_id"),
    memberAccessName: sql<typeof accesses.$inferSelect.name>`${role.name}`.as("member_access_name"),
    memberPrimary: sql<boolean>`${member.primary}`.mapWith(member.primary).as("member_primary"),
  };
  const selected = db.select(columns).from(users).innerJoin(member, membership).$dynamic();
  const filterable = { ...ofUser, access_id: member.accessId };
  return readPage(db, request, filterable, {
    rows: withPrimary(selected).innerJoin(role, eq(role.id, member.accessId)),
    counted: db.select(ONE).from(users).innerJoin(member, membership),
    values: emailOf(request),
  });
}

/** Addresses are kept in lower case, and found however they are typed. */
function emailOf(request: ListRequest): Record<string, unknown> {
  const email = equals(request, "email");
  return typeof email === "string" ? { email_eq: email.trim().toLowerCase() } : {};
}

/** Whom an actor sees: themselves, and everyone with an access in a company that they see. */
function visibleTo(actor: UserActor): SQL {
  if (actor.operator) return sql`1`;
  return sql`(${users.id} = ${actor.userId} OR ${hasAccess(inSight(actor))})`;
}

/** The same for a user who is named: it looks at their accesses, and not at all that the actor sees. */
function sharesCompanyWith(actor: UserActor): SQL {
  if (actor.operator) return sql`1`;
  return sql`(${users.id} = ${actor.userId} OR EXISTS (
    SELECT 1 FROM ${userAccesses} ua WHERE ua.user_id = ${users.id} AND ${isCompanyVisible(actor, sql`ua.company_id`)}))`;
}

function hasAccess(...which: SQL[]): SQL {
  return sql`${users.id} IN (SELECT user_id FROM ${userAccesses} WHERE ${and(...which)})`;
}

function inSight(actor: UserActor): SQL {
  if (actor.operator) return sql`1`;
  return sql`${userAccesses.companyId} IN (${visibleCompanies(actor)})`;
}
