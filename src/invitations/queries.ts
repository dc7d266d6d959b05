import { and, eq, type SQL, sql } from "drizzle-orm";
import { hasConfirmedEmail, MANAGER, type Role, type UserActor } from "../auth/actor.ts";
import { strongestAccess } from "../auth/visibility.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { accesses, companies, invitations, userAccesses, users } from "../db/directory/schema.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { endSelectedPage, ONE, readPage, selectPage } from "../http/lists/read-page.ts";
import { inviterMayStillInvite } from "./invite/revoke-invitations.ts";
import { hasStatus, type InvitationStatus } from "./status.ts";

// Each under a name of its own: a batch has a row as an object, in which two of one name are one.
const columns = {
  id: invitations.id,
  email: invitations.email,
  companyId: invitations.companyId,
  companyName: sql<string>`${companies.name}`.as("company_name"),
  accessId: invitations.accessId,
  accessName: sql<Role>`${accesses.name}`.as("access_name"),
  firstName: invitations.firstName,
  lastName: invitations.lastName,
  inviterId: sql<number>`${users.id}`.as("inviter_id"),
  inviterFirstName: sql<string>`${users.firstName}`.as("inviter_first_name"),
  inviterLastName: sql<string>`${users.lastName}`.as("inviter_last_name"),
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
  acceptedAt: invitations.acceptedAt,
  revokedAt: invitations.revokedAt,
  declinedAt: invitations.declinedAt,
};

const filterable = {
  id: invitations.id,
  email: invitations.email,
  access_id: invitations.accessId,
  created_at: invitations.createdAt,
};

/** The row that the view of an invitation is made of. */
export type InvitationRow = NonNullable<Awaited<ReturnType<typeof findInvitation>>>;

/** An invitation with the names around it. @returns `undefined` where there is none. */
export function findInvitation(db: DirectoryDb, id: number) {
  return readInvitation(db, id).get();
}

/** The same as a statement of a batch. @param id an expression where it is known only within the transaction. */
export function readInvitation(db: DirectoryDb, id: number | SQL) {
  return readInvitations(db).where(eq(invitations.id, id));
}

/** A page of the invitations of a company. @param now milliseconds since 1970. */
export function listInvitationsOf(
  db: DirectoryDb,
  companyId: number,
  request: ListRequest & { status: InvitationStatus | undefined },
  now: number,
) {
  const { status } = request;
  return list(db, [eq(invitations.companyId, companyId), status && hasStatus(status, now)], request);
}

/**
 * A page of the open invitations of an e-mail address: all of them for the user who has confirmed that it is theirs and
 * for an operator; for anyone else those of companies in which they are manager or higher.
 *
 * @param now milliseconds since 1970.
 */
export function listPending(
  db: DirectoryDb,
  actor: UserActor,
  request: ListRequest & { email: string | undefined },
  now: number,
) {
  const email = request.email ?? actor.email;
  const within =
    actor.operator || (email === actor.email && hasConfirmedEmail(actor))
      ? undefined
      : sql`${strongestAccess(actor, invitations.companyId)} <= ${MANAGER}`;
  return list(
    db,
    [eq(invitations.email, email), hasStatus("pending", now), inviterMayStillInvite(), within],
    request,
  );
}

/** The first page of `GET /invitations/pending` as its query asks for it where it says nothing. */
const FIRST_PAGE: ListRequest = { page: 1, limit: 25, sort: { field: "id", descending: true }, filters: [] };

/**
 * The statements, for the batch in which the mailbox of a user answers, of the first page that {@link listPending} has
 * for them then. {@link endWaiting} reads what they give.
 *
 * @param now milliseconds since 1970.
 */
export function selectWaiting(db: DirectoryDb, { userId, email }: Invited, now: number) {
  const isOperator = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${userId} AND operator = 1)`;
  const isInside = sql`(${isOperator} OR ${strongestAccess({ userId }, invitations.companyId)} IS NOT NULL)`;
  return selectPage(db, FIRST_PAGE, filterable, {
    rows: db
      .select({ ...columns, isInside: isInside.mapWith(Boolean).as("is_inside") })
      .from(invitations)
      .innerJoin(companies, eq(companies.id, invitations.companyId))
      .innerJoin(accesses, eq(accesses.id, invitations.accessId))
      .innerJoin(users, eq(users.id, invitations.invitedBy)),
    counted: db.select(ONE).from(invitations),
    where: [eq(invitations.email, email), hasStatus("pending", now), inviterMayStillInvite()],
  });
}

/** Whose mailbox answers: an account, by its address from then on. */
interface Invited {
  userId: number;
  email: string;
}

/**
 * What the statements of {@link selectWaiting} read.
 *
 * @param results theirs.
 * @returns the invitations, each with whether the user is a member of its company, and how many there are in all.
 */
export function endWaiting(results: unknown[]) {
  const { rows, total } = endSelectedPage<InvitationRow & { isInside: boolean }>(results, FIRST_PAGE);
  return { rows, total, page: FIRST_PAGE.page, limit: FIRST_PAGE.limit };
}

/** Whether an address belongs to somebody who has an access in a company that is at least as strong as this one. */
export async function hasAccess(
  db: DirectoryDb,
  { email, companyId, accessId }: { email: string; companyId: number; accessId: number },
): Promise<boolean> {
  const invitation = await db
    .select({ id: userAccesses.id })
    .from(userAccesses)
    .innerJoin(users, eq(users.id, userAccesses.userId))
    .where(
      and(
        eq(users.email, email),
        eq(userAccesses.companyId, companyId),
        sql`${userAccesses.accessId} <= ${accessId}`,
      ),
    )
    .get();
  return invitation !== undefined;
}

function list(db: DirectoryDb, where: (SQL | undefined)[], request: ListRequest) {
  return readPage(db, request, filterable, {
    rows: readInvitations(db),
    counted: db.select(ONE).from(invitations),
    where,
  });
}

/** Invitations with the names around them. */
export function readInvitations(db: DirectoryDb) {
  return db
    .select(columns)
    .from(invitations)
    .innerJoin(companies, eq(companies.id, invitations.companyId))
    .innerJoin(accesses, eq(accesses.id, invitations.accessId))
    .innerJoin(users, eq(users.id, invitations.invitedBy));
}
