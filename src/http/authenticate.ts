import { loadActor } from "../auth/actor.ts";
import { verifyAccessToken } from "../auth/tokens/tokens.ts";
import { AppError } from "../errors.ts";
import { type Access, visibleCompanyId } from "./access.ts";
import type { AppContext } from "./context.ts";

/**
 * Finds out who makes the request, from `Authorization: Bearer <jwt>` or the bare `Authorization: <jwt>`.
 *
 * One query: the signature says who it is, the directory whether that still counts.
 *
 * @param access of the route: the company that it is about is looked up with it.
 * @throws 401 for whatever is not a good token.
 */
export async function identify(c: AppContext, access: Access): Promise<void> {
  const header = c.req.header("Authorization")?.trim();
  if (!header) throw unauthorized("Send the access token as `Authorization: Bearer <token>`.");
  const token = header.replace(/^Bearer\s+/i, "");
  const claims = await verifyAccessToken(c.env, token, c.get("now"));
  if (!claims) throw unauthorized("The access token is not one of ours, or it has expired: sign in again.");
  const company = visibleCompanyId(access, c, claims.userId);
  const actor = await loadActor(c.get("databases").primaryDirectoryClient, claims, {
    companyIds: company === undefined ? [] : [company],
    listed: access.kind === "companies",
  });
  if (!actor) throw unauthorized("The session has ended: sign in again.");
  c.set("claims", claims);
  c.set("actor", actor);
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function unauthorized(detail: string): AppError {
  return new AppError("unauthorized", detail, { headers: { "WWW-Authenticate": 'Bearer realm="leadsy"' } });
}
