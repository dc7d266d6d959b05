import type * as z from "zod";
import { signAccessToken } from "../auth/tokens/tokens.ts";
import { isoTime } from "../http/time.ts";
import type { UserRow } from "../users/queries.ts";
import { viewUser } from "../users/view.ts";
import type { SessionRow } from "./queries.ts";
import type { ListedSession, Session } from "./schemas.ts";

/** A session as it was opened or went on, read in the transaction in which it did. */
export interface OpenSession {
  user: UserRow;
  tokenVersion: number;
  family: string;
  refreshToken: string;
}

/**
 * A session as the API shows it to the one whose it is, with a fresh access token.
 *
 * @param now milliseconds since 1970.
 */
export async function viewSession(
  env: Env,
  { user, tokenVersion, family, refreshToken }: OpenSession,
  now: number,
): Promise<z.input<typeof Session>> {
  const { token, expiresAt } = await signAccessToken(env, { id: user.id, tokenVersion }, family, now);
  return {
    token,
    expires_at: isoTime(expiresAt * 1000),
    refresh_token: refreshToken,
    user: viewUser(user, () => true),
  };
}

/** A session in the list of one's own. @param current the family of the one that asks. */
export function viewListedSession(row: SessionRow, current: string): z.input<typeof ListedSession> {
  return {
    id: row.id,
    current: row.family === current,
    ip: row.ip,
    user_agent: row.userAgent,
    created_at: isoTime(row.signedInAt),
    last_used_at: isoTime(row.refreshedAt),
    expires_at: isoTime(row.expiresAt),
  };
}
