import { and, eq, exists, gt, inArray, isNull, ne, sql } from "drizzle-orm";
import { audit, type Origin } from "../audit/record.ts";
import { hashPassword } from "../auth/passwords/passwords.ts";
import { clearFailures, failuresKey } from "../auth/sessions/login-failures.ts";
import { endSessionsOf } from "../auth/sessions/sessions.ts";
import { readLinkToken } from "../auth/tokens/link-tokens.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { mails, users } from "../db/directory/schema.ts";
import { isOfMaker, offerEarlierAccesses } from "../users/email/offer-earlier-accesses.ts";
import { invalidToken } from "../users/email/open-link.ts";
import { refuseKnown } from "./refuse-known.ts";

/** Mails whose link sets a password. */
const KINDS = ["reset_password", "set_password"] as const;

/**
 * Sets a password with the link of a mail, once. From then on it is the only way in: all sessions of the user end,
 * and so do all links that were mailed before, also those by which somebody who was in would take the account to
 * another address.
 *
 * @returns the address of the account.
 * @throws 422 `invalid_token` for a token that is not ours, was used or replaced, or has expired; 422 for a password
 * that contains what others know of the user.
 */
export async function completeReset(
  env: Env,
  db: DirectoryDb,
  { token, password }: { token: string; password: string },
  origin: Origin,
): Promise<{ email: string }> {
  const { now } = origin;
  const kind = KINDS.find((one) => readLinkToken(env, one, token) !== null);
  const id = kind && readLinkToken(env, kind, token);
  if (!kind || !id) throw invalidToken();
  const open = selectOpenLink(db, { id, kind }, now);
  const account = await open.get();
  if (!account) throw invalidToken();
  const { userId, email } = account;
  refuseKnown(password, account);
  // Only now: a hash is what costs, and a token that does not count gets none.
  const passwordHash = await hashPassword(password);
  const links = and(
    eq(mails.userId, userId),
    inArray(mails.kind, [...KINDS, "confirm_email"]),
    isNull(mails.linkEndedAt),
  );
  const event = { action: "user.password_reset", companyId: null, objectId: userId } as const;
  await commit(
    db,
    [
      refuseUnless(db, exists(open), "invalid_token"),
      // The mail to set a first password tells of the account that was made: opening it is consent to that.
      ...offerEarlierAccesses(db, origin, {
        user: userId,
        email,
        consented: kind === "set_password" ? isOfMaker(userId) : sql`0`,
      }),
      db
        .update(users)
        // The link was mailed to the account's address, so the person who opened it reads its mailbox.
        .set({
          passwordHash,
          status: "active",
          emailConfirmedAt: sql`coalesce(${users.emailConfirmedAt}, ${now})`,
          updatedAt: now,
        })
        .where(eq(users.id, userId)),
      ...endSessionsOf(db, userId, now),
      db.update(mails).set({ linkEndedAt: now }).where(links),
      clearFailures(db, failuresKey(email)),
      clearFailures(db, failuresKey(email, "devices")),
      clearFailures(db, failuresKey(email, "networks")),
      audit(db, { ...origin, actor: { kind: "user", userId } }, event),
    ],
    { invalid_token: invalidToken },
  );
  return { email };
}

/** The account that a link opens, where it still does: it went to the address that is the account's today. */
function selectOpenLink(
  db: DirectoryDb,
  { id, kind }: { id: number; kind: (typeof KINDS)[number] },
  now: number,
) {
  return db
    .select({ userId: users.id, email: users.email, firstName: users.firstName, lastName: users.lastName })
    .from(mails)
    .innerJoin(users, and(eq(users.id, mails.userId), eq(users.email, mails.email)))
    .where(
      and(
        eq(mails.id, id),
        eq(mails.kind, kind),
        isNull(mails.linkEndedAt),
        gt(mails.linkExpiresAt, now),
        ne(users.status, "disabled"),
      ),
    );
}
