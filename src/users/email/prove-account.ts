import type { UserActor } from "../../auth/actor.ts";
import { hashPassword } from "../../auth/passwords/passwords.ts";
import { type AppError, fieldError } from "../../errors.ts";
import { refuseKnown } from "../../passwords/refuse-known.ts";
import { checkPassword } from "../update/prove-identity.ts";
import type { WriteContext } from "../write-context.ts";
import type { OpenLink } from "./open-link.ts";

/** What shows that an account is that of the person who opens a link, or makes it theirs. */
export type ProofOfAccount =
  | { by: "session"; session: string }
  | { by: "password"; checkedHash: string | null }
  | { by: "new_password"; passwordHash: string };

/** What the request has of it. */
interface Shown {
  currentPassword: string | undefined;
  newPassword: string | undefined;
}

/**
 * Finds what shows that an account is that of the person who opens a link in a mailbox: a session of the account, or
 * its password. Of an account whose address was never confirmed, a new password makes it theirs; it takes that where
 * somebody else made the account with a password that they know.
 *
 * @param actor the caller, if they are signed in.
 * @throws 422 where it is missing, or the password is another one; 429 where that was tried too often.
 */
export async function proveAccount(
  { env }: WriteContext,
  actor: UserActor | null,
  link: OpenLink,
  { currentPassword, newPassword }: Shown,
): Promise<ProofOfAccount> {
  const { userId, isMadeByOther, passwordHash } = link;
  const isSignUp = link.email === link.newEmail && link.emailConfirmedAt === null;
  if (newPassword !== undefined) {
    if (!isSignUp) throw invalid("password", "not_allowed", NOT_BY_CHANGE);
    refuseKnown(newPassword, link);
    return { by: "new_password", passwordHash: await hashPassword(newPassword) };
  }
  if (isSignUp && isMadeByOther) throw invalid("password", "missing", CHOOSE_ONE);
  if (actor?.userId === userId) return { by: "session", session: actor.session };
  if (currentPassword === undefined) {
    throw invalid("current_password", "missing", isSignUp ? TYPE_OR_CHOOSE : TYPE_PASSWORD);
  }
  await checkPassword(env, { id: userId, passwordHash }, currentPassword);
  return { by: "password", checkedHash: passwordHash };
}

const NOT_BY_CHANGE = "is not set by the link to a new address: reset it, or change it with PUT /users/{id}";
const CHOOSE_ONE = "is needed: somebody else made the account for you, so choose a password of your own";
const TYPE_PASSWORD = "is needed, or a session of the account: sign in, then open the link again";
const TYPE_OR_CHOOSE =
  "is needed where you are not signed in to the account: type the password that you signed up with, or choose a new " +
  "one in `password`";

function invalid(field: string, code: string, detail: string): AppError {
  return fieldError("invalid_body", field, code, detail);
}
