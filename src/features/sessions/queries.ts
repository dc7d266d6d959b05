import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { loginFailures, sessions, users } from "../../db/directory/schema.ts";

/**
 * What a sign-in needs to know of an account, and until when no attempt at it is looked at. There is a row for
 * whatever is typed, once the attempt was counted.
 *
 * @param email trimmed and lower-cased.
 * @param key of the failures of that e-mail.
 */
export function selectAccount(db: DirectoryDb, email: string, key: string) {
  return db
    .select({
      retryAt: loginFailures.retryAt,
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

/** The session that a refresh token belongs to, whether or not it still counts. */
export function findSession(db: DirectoryDb, refreshHash: string) {
  return db
    .select({ id: sessions.id, userId: sessions.userId, family: sessions.family })
    .from(sessions)
    .where(eq(sessions.refreshHash, refreshHash))
    .get();
}
