import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { settingsOf } from "../../env.ts";

/**
 * Makes a token by which a device is known at later sign-ins of one account: `<id>.<signature>`. It opens nothing by
 * itself; who sends it is not kept waiting by what strangers try at the account.
 *
 * @param email of the account, trimmed and lower-cased.
 * @param id of the device where it has one already.
 */
export function deviceToken(env: Env, email: string, id = randomBytes(16).toString("base64url")): string {
  const signature = createHmac("sha256", settingsOf(env).linkKey)
    .update(`device/${id}/${email}`)
    .digest("base64url");
  return `${id}.${signature}`;
}

/** The id of the device that a token was made for, or `null` for one that we did not make for this account. */
export function readDeviceToken(env: Env, email: string, token: string | undefined): string | null {
  const [, id] = /^([\w-]{22})\.[\w-]{43}$/.exec(token ?? "") ?? [];
  if (id === undefined || token === undefined) return null;
  const expected = Buffer.from(deviceToken(env, email, id));
  const received = Buffer.from(token);
  return received.length === expected.length && timingSafeEqual(received, expected) ? id : null;
}
