import { loadActor } from "../auth/actor.ts";
import { verifyAccessToken } from "../auth/tokens/tokens.ts";
import { unauthorized } from "../errors.ts";
import type { AppContext } from "./context.ts";
import type { Policy } from "./policies/policy.ts";

/**
 * Authenticates the caller, from `Authorization: Bearer <jwt>` or the bare `Authorization: <jwt>`.
 *
 * One query: the signature identifies the user, the directory says whether the session still counts.
 *
 * @param policy of the route: the company that the request is about is looked up with its caller.
 * @throws 401 for anything but a valid token.
 */
export async function identify(c: AppContext, policy: Policy): Promise<void> {
  const header = c.req.header("Authorization")?.trim();
  if (!header) throw unauthorized("Send the access token as `Authorization: Bearer <token>`.");
  const token = header.replace(/^Bearer\s+/i, "");
  const claims = await verifyAccessToken(c.env, token, c.get("now"));
  if (!claims) throw unauthorized("The access token is not one of ours, or it has expired: sign in again.");
  const target = { params: c.req.param(), query: (name: string) => c.req.query(name) };
  const company = policy.locate?.(target, claims.userId);
  const actor = await loadActor(c.get("databases").primaryDirectoryClient, claims, {
    companyIds: company === undefined ? [] : [company],
    listed: policy.listsAll ?? false,
  });
  if (!actor) throw unauthorized("The session has ended: sign in again.");
  c.set("actor", actor);
}
