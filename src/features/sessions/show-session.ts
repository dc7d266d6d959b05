import type * as z from "zod";
import { signAccessToken } from "../../auth/tokens.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { isoTime } from "../../http/time.ts";
import { showUser } from "../users/show-user.ts";
import type { Session } from "./schemas.ts";

/** A session that is open, as far as its tokens need it. */
export interface OpenSession {
  userId: number;
  tokenVersion: number;
  family: string;
  refreshToken: string;
}

/**
 * Shows a session to the one it is for, with a fresh access token.
 *
 * @param now milliseconds since 1970.
 */
export async function showSession(
  env: Env,
  db: DirectoryDb,
  { userId, tokenVersion, family, refreshToken }: OpenSession,
  now: number,
): Promise<z.input<typeof Session>> {
  const [{ token, expiresAt }, user] = await Promise.all([
    signAccessToken(env, { id: userId, tokenVersion }, family, now),
    showUser(db, null, userId),
  ]);
  return { token, expires_at: isoTime(expiresAt * 1000), refresh_token: refreshToken, user };
}
