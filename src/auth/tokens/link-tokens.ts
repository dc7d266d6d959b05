import { createHmac, timingSafeEqual } from "node:crypto";
import { settingsOf } from "../../env.ts";

/** What a signed pointer is good for: one made for another purpose is refused. */
export type LinkPurpose =
  | "set_password"
  | "reset_password"
  | "confirm_email"
  | "email_changed"
  | "invitation";

/**
 * Signs a pointer to a row: `<id>.<signature>`, as a link in a mail carries it. It is stored nowhere, so a copy of
 * the database opens no account; whether it still counts is what the row says.
 */
export function linkToken(env: Env, purpose: LinkPurpose, id: number): string {
  const signature = createHmac("sha256", settingsOf(env).linkKey)
    .update(`${purpose}/${id}`)
    .digest("base64url");
  return `${id}.${signature}`;
}

/** The id that a token points to, or `null` for one that we did not make for this purpose. */
export function readLinkToken(env: Env, purpose: LinkPurpose, token: string): number | null {
  const [, id = ""] = /^([1-9]\d{0,15})\.[\w-]{43}$/.exec(token) ?? [];
  if (id === "") return null;
  const expected = Buffer.from(linkToken(env, purpose, Number(id)));
  const presented = Buffer.from(token);
  return presented.length === expected.length && timingSafeEqual(presented, expected) ? Number(id) : null;
}
