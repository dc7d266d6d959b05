import { type SQL, sql } from "drizzle-orm";
import { verifyPassword } from "../../auth/passwords/passwords.ts";
import { users } from "../../db/directory/schema.ts";
import { fieldError } from "../../errors.ts";
import { countAgainst } from "../../http/rate-limits/rate-limit.ts";
import { findSignedInAt } from "../../sessions/queries.ts";
import type { Account } from "../queries.ts";
import type { WriteContext } from "../write-context.ts";

/** For so long after a sign-in nobody is asked for the password again. */
const RECENT_MS = 5 * 60_000;

/**
 * Makes sure that it is the user who changes their password or address, and not somebody who came by an access token.
 *
 * @param session the family of the caller's own.
 * @param current the present password, where the request has it.
 * @throws 422 where that is another one, or is needed; 429 where it was tried too often.
 */
export async function proveIdentity(
  { env, db, origin }: WriteContext,
  session: string,
  account: Account,
  current: string | undefined,
): Promise<void> {
  if (current !== undefined) {
    await checkPassword(env, account, current);
    return;
  }
  const signedInAt = await findSignedInAt(db, session);
  if (signedInAt !== null && signedInAt > origin.now - RECENT_MS) return;
  const detail = "is needed, since you signed in more than 5 minutes ago";
  throw fieldError("invalid_body", "current_password", "missing", detail);
}

/**
 * Checks the password of a user; one who has none has no right one.
 *
 * @throws 422 where it is another one; 429 where that was tried too often.
 */
export async function checkPassword(
  env: Env,
  { id, passwordHash }: Pick<Account, "id" | "passwordHash">,
  password: string,
): Promise<void> {
  await countAgainst(env.LOGIN_LIMIT, `password/${id}`);
  if (!(await verifyPassword(password, passwordHash))) throw wrongPassword();
}

/**
 * Whether the password of a user is the one that was checked, as a condition: checking it and hashing a new one take
 * their time, and one that was set, or taken away, meanwhile stands.
 */
export function hasPassword({ id, passwordHash }: Pick<Account, "id" | "passwordHash">): SQL {
  return sql`(SELECT password_hash FROM ${users} WHERE id = ${id}) IS ${passwordHash}`;
}

/** The refusal of a password that is not the present one. */
export function wrongPassword() {
  return fieldError("wrong_password", "current_password", "wrong_password", "is not the present one");
}
