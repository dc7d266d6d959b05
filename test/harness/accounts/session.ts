import { env } from "cloudflare:test";
import { createRefreshToken, openSession } from "../../../src/auth/sessions/sessions.ts";
import { signAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { openDirectory } from "../../../src/db/clients.ts";

const db = openDirectory(env.DIRECTORY);

/** A session as a sign-in leaves it, without the cost of a password. @param openedAt milliseconds since 1970. */
export async function newSession(user: { id: number }, openedAt = Date.now()) {
  const family = crypto.randomUUID();
  const refreshToken = createRefreshToken();
  await openSession(db, { userId: user.id, family, refreshToken }, openedAt);
  const { token } = await signAccessToken(env, { id: user.id, tokenVersion: 0 }, family, Date.now());
  return { family, refreshToken, token };
}

/** The token of somebody who signed in just now, and so is not asked for the password again. */
export async function freshToken(user: { id: number }): Promise<string> {
  return (await newSession(user)).token;
}
