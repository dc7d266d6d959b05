import { actorQuestion, askForActor, type Caller, readActor } from "../../auth/actor.ts";
import { type ActorRow, keepRow, keptRow } from "../../auth/kept-actors.ts";
import { verifyAccessToken } from "../../auth/tokens/tokens.ts";
import { unauthorized } from "../../errors.ts";
import { hasToken } from "../rate-limits/limit-request.ts";
import { countAnonymous } from "../rate-limits/rate-limit.ts";
import type { RouteSpec } from "../route-spec.ts";
import type { AppContext } from "./context.ts";

/**
 * Authenticates the caller of a route, as far as it asks who calls.
 *
 * @throws 401 for anything but a valid token where one is required, and where one was sent.
 */
export async function authenticate(c: AppContext, spec: RouteSpec): Promise<void> {
  const caller = await readCaller(c, spec);
  if (caller) await confirmCaller(c, spec, caller, await askForCaller(c, caller));
}

/**
 * Reads who calls, from `Authorization: Bearer <jwt>` or the bare `Authorization: <jwt>`. The company that the request
 * is about is looked up with its caller.
 *
 * @returns `null` where the route does not ask, or nobody signed in who need not.
 * @throws 401 for anything but a valid token.
 */
export async function readCaller(c: AppContext, spec: RouteSpec): Promise<Caller | null> {
  const { access } = spec;
  if (access.caller === "ignored" || (access.caller === "optional" && !hasToken(c))) return null;
  const header = c.req.header("Authorization")?.trim();
  if (!header) return refuse(c, spec, "Send the access token as `Authorization: Bearer <token>`.");
  const token = header.replace(/^Bearer\s+/i, "");
  const claims = await verifyAccessToken(c.env, token, c.get("now"));
  if (!claims) {
    return refuse(c, spec, "The access token is not one of ours, or it has expired: sign in again.");
  }
  const target = { params: c.req.param(), query: (name: string) => c.req.query(name) };
  const company = access.locate?.(target, claims.userId);
  const scope = { companyIds: company === undefined ? [] : [company], listed: access.listsAll ?? false };
  return { claims, scope };
}

/** Asks the directory's primary whether a session still counts and what its user may do: one query. */
export async function askForCaller(c: AppContext, caller: Caller): Promise<ActorRow | undefined> {
  const row = await askForActor(c.get("databases").primaryDirectoryClient, caller);
  keepRow(actorQuestion(caller), row);
  return row;
}

/**
 * Sets who calls, as the directory has just said it.
 *
 * @throws 401 where the session has ended.
 */
export async function confirmCaller(
  c: AppContext,
  spec: RouteSpec,
  caller: Caller,
  row: ActorRow | undefined,
): Promise<void> {
  const actor = readActor(c.get("databases").primaryDirectoryClient, row, caller);
  if (!actor) return refuse(c, spec, "The session has ended: sign in again.");
  c.set("actor", actor);
}

/** What this isolate knows of a caller from their last request that was about the same. */
export function lastKnown(caller: Caller): ActorRow | undefined {
  return keptRow(actorQuestion(caller));
}

/** @throws 401, and counts it: a caller who tries tokens is counted by where they try from. */
async function refuse(c: AppContext, { limit }: RouteSpec, detail: string): Promise<never> {
  if (!limit) await countAnonymous(c);
  throw unauthorized(detail);
}
