import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { type Device, isKnownDevice } from "../auth/sessions/devices.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { loginFailures, sessions, users } from "../db/directory/schema.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";

/**
 * What a sign-in needs to know of an account, and until when no attempt at it is looked at. There is a row for
 * whatever is typed, once the attempt was counted.
 *
 * @param email trimmed and lower-cased.
 * @param key of the failures of that e-mail and source.
 * @param device that the attempt comes from.
 */
export function selectAccount(db: DirectoryDb, email: string, key: string, device: Device | null) {
  return db
    .select({
      retryAt: loginFailures.retryAt,
      isKnownDevice: sql<0 | 1>`${isKnownDevice(email, device)}`.as("is_known_device"),
      account: {
        id: users.id,
        status: users.status,
        passwordHash: users.passwordHash,
        tokenVersion: users.tokenVersion,
      },
    })
    .from(loginFailures)
    .leftJoin(users, eq(users.email, email))
    .where(eq(loginFailures.emailHash, key));
}

/**
 * Whether an account was signed in from a network before, as a condition: in a session that goes on, or since all who
 * were in it were put out.
 *
 * @param email trimmed and lower-cased.
 */
export function isKnownNetwork(email: string, network: string): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${users} u JOIN ${sessions} s ON s.user_id = u.id
    WHERE u.email = ${email} AND s.network = ${network}
    AND (s.revoked_at IS NULL OR s.signed_in_at >= coalesce(u.secured_at, 0)))`;
}

/** The session that a refresh token belongs to, whether or not it still counts. */
export function findSession(db: DirectoryDb, refreshHash: string) {
  return db
    .select({ id: sessions.id, userId: sessions.userId, family: sessions.family })
    .from(sessions)
    .where(eq(sessions.refreshHash, refreshHash))
    .get();
}

/** Columns of a session as its user sees it, by the row of the refresh token that counts now. */
const listed = {
  id: sql<number>`coalesce(${sessions.rootId}, ${sessions.id})`.as("session_id"),
  family: sessions.family,
  ip: sessions.ip,
  userAgent: sessions.userAgent,
  signedInAt: sessions.signedInAt,
  refreshedAt: sql<number>`${sessions.createdAt}`.as("refreshed_at"),
  expiresAt: sessions.expiresAt,
};

/** The row that the view of a session is made of. */
export type SessionRow = Awaited<ReturnType<typeof listSessions>>["rows"][number];

/** A page of a user's sessions that go on. @param now milliseconds since 1970. */
export function listSessions(db: DirectoryDb, userId: number, request: ListRequest, now: number) {
  return readPage(
    db,
    request,
    { id: sessions.id, created_at: sessions.signedInAt, last_used_at: sessions.createdAt },
    {
      rows: db.select(listed).from(sessions),
      counted: db.select(ONE).from(sessions),
      where: [
        eq(sessions.userId, userId),
        isNull(sessions.usedAt),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
      ],
    },
  );
}

/** The family of one of a user's sessions that go on. @param id under which it is listed. */
export function findFamily(db: DirectoryDb, userId: number, id: number) {
  return db
    .select({ family: sessions.family })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        sql`coalesce(${sessions.rootId}, ${sessions.id}) = ${id}`,
        isNull(sessions.revokedAt),
      ),
    )
    .get();
}

/** When the user of a session proved who they are, in milliseconds since 1970. */
export async function findSignedInAt(db: DirectoryDb, family: string): Promise<number | null> {
  const row = await db
    .select({ signedInAt: sessions.signedInAt })
    .from(sessions)
    .where(eq(sessions.family, family))
    .get();
  return row?.signedInAt ?? null;
}
