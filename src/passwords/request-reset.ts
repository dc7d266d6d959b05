import { sql } from "drizzle-orm";
import { isKnownDevice, readDeviceToken } from "../auth/sessions/devices.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { deliver, writeMail } from "../mail/outbox.ts";
import { isKnownNetwork } from "../sessions/queries.ts";

/** How long the link to set a new password counts. */
export const RESET_LINK_MS = 10 * 60 * 1000;

/**
 * Writes a mail with a link to reset a password, for any address: whether it has an account is looked up when the
 * mail is sent, so that neither the answer nor its time tells.
 *
 * @param email trimmed and lower-cased.
 * @param source where it is asked from: a device or a network that the account was signed in from has a share of its
 * own in the mails that are sent.
 * @param now milliseconds since 1970.
 */
export async function requestReset(
  env: Env,
  db: DirectoryDb,
  email: string,
  source: { network: string; deviceToken: string | undefined },
  now: number,
): Promise<void> {
  const device = readDeviceToken(env, email, source.deviceToken);
  const asked = sql`(${isKnownDevice(email, device)} OR ${isKnownNetwork(email, source.network)})`;
  const written = await writeMail(
    db,
    { kind: "reset_password", email, userId: null, asked, linkExpiresAt: now + RESET_LINK_MS },
    now,
  );
  await deliver(
    env,
    written.map(({ id }) => id),
  );
}
