import { createHash, randomBytes } from "node:crypto";
import type { DirectoryDb } from "../db/clients.ts";
import { sessions } from "../db/directory/schema.ts";

const REFRESH_TOKEN_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Opens a session at sign-in.
 *
 * @returns the refresh token, which is kept nowhere: the row has its SHA-256; and the family of sessions it begins.
 */
export async function openSession(
  db: DirectoryDb,
  userId: number,
  now: number,
): Promise<{ refreshToken: string; family: string }> {
  const family = crypto.randomUUID();
  const token = randomBytes(32).toString("base64url");
  await db.insert(sessions).values({
    userId,
    family,
    refreshHash: createHash("sha256").update(token).digest("hex"),
    createdAt: now,
    expiresAt: now + REFRESH_TOKEN_MS,
  });
  return { refreshToken: token, family };
}
