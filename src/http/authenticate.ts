import { loadActor } from "../auth/actor.ts";
import { verifyAccessToken } from "../auth/tokens/tokens.ts";
import { AppError, unauthorized } from "../errors.ts";
import type { AppContext } from "./context.ts";
import type { Policy } from "./policies/policy.ts";
import { hasToken } from "./rate-limits/limit-request.ts";
import { countAnonymous } from "./rate-limits/rate-limit.ts";
import type { RouteSpec } from "./route-spec.ts";

/**
 * Authenticates the caller of a route, as far as it asks who calls.
 *
 * @throws 401 for anything but a valid token where one is required, and where one was sent.
 */
export async function authenticate(c: AppContext, { access, limit }: RouteSpec): Promise<void> {
  if (access.caller === "ignored" || (access.caller === "optional" && !hasToken(c))) return;
  try {
    await identify(c, access);
  } catch (error) {
    // A caller who tries tokens is counted by where they try from.
    if (error instanceof AppError && error.code === "unauthorized" && !limit) await countAnonymous(c);
    throw error;
  }
}

/**
 * Identifies the caller, from `Authorization: Bearer <jwt>` or the bare `Authorization: <jwt>`.
 *
 * One query: the signature identifies the user, the directory says whether the session still counts.
 *
 * @param policy of the route: the company that the request is about is looked up with its caller.
 * @throws 401 for anything but a valid token.
 */
async function identify(c: AppContext, policy: Policy): Promise<void> {
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
