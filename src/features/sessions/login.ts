import { eq } from "drizzle-orm";
import type * as z from "zod";
import { hashPassword, needsRehash, verifyPassword } from "../../auth/passwords.ts";
import { openSession } from "../../auth/sessions.ts";
import { signAccessToken } from "../../auth/tokens.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { users } from "../../db/directory/schema.ts";
import { AppError } from "../../http/errors.ts";
import type { User } from "../users/schemas.ts";
import { showUser } from "../users/show-user.ts";
import { findAccount } from "./queries.ts";

interface SignedIn {
  token: string;
  /** Seconds since 1970. */
  expiresAt: number;
  refreshToken: string;
  user: z.input<typeof User>;
}

/**
 * Signs a user in.
 *
 * @param email as typed; one account however it is written.
 * @param now milliseconds since 1970.
 * @throws 401, the same and after the same time for an unknown e-mail, a wrong password and an account that may
 * not sign in.
 */
export async function login(
  env: Env,
  db: DirectoryDb,
  { email, password }: { email: string; password: string },
  now: number,
): Promise<SignedIn> {
  const account = await findAccount(db, email.toLowerCase());
  const known = await verifyPassword(password, account?.passwordHash ?? null);
  if (!account || !known || account.status !== "active") {
    throw new AppError("invalid_credentials", "Check both and try again, or reset the password.");
  }
  if (account.passwordHash && needsRehash(account.passwordHash)) {
    const passwordHash = await hashPassword(password);
    await db.update(users).set({ passwordHash }).where(eq(users.id, account.id));
  }
  const [{ refreshToken, family }, user] = await Promise.all([
    openSession(db, account.id, now),
    showUser(db, null, account.id),
  ]);
  const { token, expiresAt } = await signAccessToken(env, account, family, now);
  return { token, expiresAt, refreshToken, user };
}
