import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { users } from "../../db/directory/schema.ts";
import { settingsOf } from "../../env.ts";

/** A device that an account was signed in from. */
export interface Device {
  id: string;
  /** When its token was made, in milliseconds since 1970. */
  since: number;
}

/**
 * Makes a token by which a device is known at later sign-ins of one account: `<id>.<since>.<signature>`. It opens
 * nothing by itself; who sends it is not kept waiting by what strangers try at the account. It counts until all who
 * are in the account are put out: see {@link isKnownDevice}.
 *
 * @param email of the account, trimmed and lower-cased.
 * @param now milliseconds since 1970.
 */
export function newDeviceToken(env: Env, email: string, now: number): string {
  return tokenOf(env, email, { id: randomBytes(16).toString("base64url"), since: now });
}

/** The device that a token was made for, or `null` for one that we did not make for this account. */
export function readDeviceToken(env: Env, email: string, token: string | undefined): Device | null {
  const [, id, since] = /^([\w-]{22})\.([1-9]\d{0,15})\.[\w-]{43}$/.exec(token ?? "") ?? [];
  if (id === undefined || token === undefined) return null;
  const device = { id, since: Number(since) };
  const expected = Buffer.from(tokenOf(env, email, device));
  const received = Buffer.from(token);
  return received.length === expected.length && timingSafeEqual(received, expected) ? device : null;
}

/** Whether a device still counts as one of an account, as a condition. @param email trimmed and lower-cased. */
export function isKnownDevice(email: string, device: Device | null): SQL {
  if (device === null) return sql`0`;
  return sql`EXISTS (
    SELECT 1 FROM ${users} u WHERE u.email = ${email} AND coalesce(u.secured_at, 0) <= ${device.since})`;
}

function tokenOf(env: Env, email: string, { id, since }: Device): string {
  const signature = createHmac("sha256", settingsOf(env).linkKey)
    .update(`device/${id}/${since}/${email}`)
    .digest("base64url");
  return `${id}.${since}.${signature}`;
}
