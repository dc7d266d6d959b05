import { verifyPassword } from "../../auth/passwords/passwords.ts";
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
    await countAgainst(env.LOGIN_LIMIT, `password/${account.id}`);
    if (!(await verifyPassword(current, account.passwordHash))) throw wrongPassword();
    return;
  }
  const signedInAt = await findSignedInAt(db, session);
  if (signedInAt !== null && signedInAt > origin.now - RECENT_MS) return;
  const detail = "is needed, since you signed in more than 5 minutes ago";
  throw fieldError("invalid_body", "current_password", "missing", detail);
}

/** The refusal of a password that is not the present one. */
export function wrongPassword() {
  return fieldError("wrong_password", "current_password", "wrong_password", "is not the present one");
}
