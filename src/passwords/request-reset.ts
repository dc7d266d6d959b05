import type { DirectoryDb } from "../db/clients.ts";
import { deliver, writeMail } from "../mail/outbox.ts";

/** How long the link to set a new password counts. */
export const RESET_LINK_MS = 10 * 60 * 1000;

/**
 * Writes a mail with a link to reset a password, for any address: whether it has an account is looked up when the
 * mail is sent, so that neither the answer nor its time tells.
 *
 * @param email trimmed and lower-cased.
 * @param now milliseconds since 1970.
 */
export async function requestReset(env: Env, db: DirectoryDb, email: string, now: number): Promise<void> {
  const written = await writeMail(
    db,
    { kind: "reset_password", email, userId: null, linkExpiresAt: now + RESET_LINK_MS },
    now,
  );
  await deliver(
    env,
    written.map(({ id }) => id),
  );
}
