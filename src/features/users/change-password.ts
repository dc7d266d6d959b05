import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { hashPassword, verifyPassword } from "../../auth/passwords.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { sessions, users } from "../../db/directory/schema.ts";
import type { AppContext } from "../../http/context.ts";
import { fieldError } from "../../http/errors.ts";
import { countAgainst } from "../../http/rate-limit.ts";
import { audit, type Origin } from "../audit/record.ts";
import type { Change } from "./change.ts";
import { confirmationsOf, endLinks } from "./end-links.ts";
import type { Account } from "./queries.ts";

/**
 * Changes a user's password for themselves. All their sessions but the caller's end, and so do the links to
 * confirm a new address: whoever had the old password may have asked for them.
 *
 * @returns `null` where no new one is given.
 * @throws 422 where the present one is another, 429 where it was tried too often.
 */
export async function changePassword(
  c: AppContext,
  origin: Origin,
  account: Account,
  {
    password,
    current_password: current,
  }: { password?: string | undefined; current_password?: string | undefined },
): Promise<Change | null> {
  if (password === undefined || current === undefined) return null;
  await countAgainst(c.env.LOGIN_LIMIT, `password/${account.id}`);
  if (!(await verifyPassword(current, account.passwordHash))) throw wrongPassword();
  const db = c.get("databases").directory;
  const { id, passwordHash } = account;
  const others = and(
    eq(sessions.userId, id),
    ne(sessions.family, c.get("claims").session),
    isNull(sessions.revokedAt),
  );
  return {
    // Hashing takes its time: a reset that was completed meanwhile stands.
    guards: [
      refuseUnless(
        db,
        sql`(SELECT password_hash FROM ${users} WHERE id = ${id}) = ${passwordHash}`,
        "wrong_password",
      ),
    ],
    columns: { passwordHash: await hashPassword(password) },
    statements: [
      db.update(sessions).set({ revokedAt: origin.now }).where(others),
      endLinks(db, confirmationsOf(id), origin.now),
      audit(db, origin, { action: "user.password_changed", companyId: null, objectId: id }),
    ],
  };
}

/** The refusal of a password that is not the present one. */
export function wrongPassword() {
  return fieldError("wrong_password", "current_password", "wrong_password", "is not the present one");
}
