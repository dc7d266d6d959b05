import type { CallerScope } from "../../auth/actor.ts";
import { hashSecret, looksLikeSecret } from "../../auth/api-keys/secret.ts";
import { actorOfCaller, askAboutCaller, type Caller, callerQuestion } from "../../auth/caller.ts";
import { type ActorRow, keepRow, keptRow } from "../../auth/kept-actors.ts";
import { verifyAccessToken } from "../../auth/tokens/tokens.ts";
import { unauthorized } from "../../errors.ts";
import type { Policy } from "../policies/policy.ts";
import { hasToken } from "../rate-limits/limit-request.ts";
import { networkOf } from "../rate-limits/network.ts";
import { countAnonymous, wasRefused } from "../rate-limits/rate-limit.ts";
import type { Route, UncheckedParts } from "../route.ts";
import type { RouteSpec } from "../route-spec.ts";
import type { AppContext } from "./context.ts";

/**
 * Authenticates the caller of a route, as far as it asks who calls.
 *
 * @throws 401 for anything but a valid token or API key where one is required, and where one was sent.
 */
export async function authenticate(
  c: AppContext,
  { spec, begin }: Route,
  parts: UncheckedParts,
): Promise<void> {
  const caller = await readCaller(c, spec);
  if (!caller) return;
  const asked = askForCaller(c, caller);
  beginReading(c, { spec, begin }, caller, parts);
  await confirmCaller(c, spec, caller, await asked);
}

/**
 * Starts what a route reads for every caller, while the directory is asked about the caller.
 *
 * For a key that was never one nothing is looked up; nor is anything looked up before a caller is confirmed
 * where there is a limit against guessing, or for one who asks too often.
 */
export function beginReading(
  c: AppContext,
  { spec: { limit }, begin }: Pick<Route, "spec" | "begin">,
  caller: Caller,
  parts: UncheckedParts,
): void {
  if (limit !== undefined && limit !== "create") return;
  const known = caller.kind === "api_key" ? lastKnown(caller) : undefined;
  if (caller.kind === "api_key" && !known) return;
  const key = caller.kind === "user" ? `user/${caller.claims.userId}` : `key/${known?.id}`;
  if (wasRefused([key, `network/${networkOf(c)}`], c.get("now"))) return;
  const target = {
    params: c.req.param(),
    query: (name: string) => c.req.query(name),
    databases: c.get("databases"),
    userId: caller.kind === "user" ? caller.claims.userId : null,
    header: (name: string) => c.req.header(name),
  };
  begin(target, parts);
}

/**
 * Reads who calls, from `Authorization: Bearer <jwt>`, the bare `Authorization: <jwt>`, or an API key in their place.
 * The company that the request is about is looked up with its caller.
 *
 * @returns `null` where the route does not ask, or nobody signed in who need not.
 * @throws 401 for anything but a valid token or API key.
 */
export async function readCaller(c: AppContext, spec: RouteSpec): Promise<Caller | null> {
  const { access } = spec;
  if (access.caller === "ignored" || (access.caller === "optional" && !hasToken(c))) return null;
  const header = c.req.header("Authorization")?.trim();
  if (!header)
    return refuse(c, spec, "Send an access token or an API key as `Authorization: Bearer <token>`.");
  const token = header.replace(/^Bearer\s+/i, "");
  const now = c.get("now");
  const scopeFor = (userId: number | null) => {
    const target = { params: c.req.param(), query: (name: string) => c.req.query(name) };
    return scopeOf(access, access.locate?.(target, userId));
  };
  if (looksLikeSecret(token)) {
    const secretHash = hashSecret(token);
    if (secretHash === null) {
      return refuse(c, spec, "The API key is mistyped or cut off: send it as it was shown when it was made.");
    }
    return { kind: "api_key", secretHash, now, scope: scopeFor(null) };
  }
  const claims = await verifyAccessToken(c.env, token, now);
  if (!claims) {
    return refuse(c, spec, "The access token is not one of ours, or it has expired: sign in again.");
  }
  return { kind: "user", claims, scope: scopeFor(claims.userId) };
}

function scopeOf({ listsAll, locate }: Policy, company: number | undefined): CallerScope {
  const isUnknown = locate !== undefined && company === undefined;
  return {
    companyIds: company === undefined ? [] : [company],
    roots: listsAll ? "all" : isUnknown ? "few" : "none",
  };
}

const ENDED: Record<Caller["kind"], string> = {
  user: "The session has ended: sign in again.",
  api_key:
    "The API key is not one of ours, or it has ended or expired: ask an owner of the company for another one.",
};

/** Asks the directory's primary whether a caller still counts and what they may do: one query. */
export async function askForCaller(c: AppContext, caller: Caller): Promise<ActorRow | undefined> {
  const row = await askAboutCaller(c.get("databases").primaryDirectoryClient, caller);
  keepRow(callerQuestion(caller), row);
  return row;
}

/**
 * Sets who calls, as the directory has just said it.
 *
 * @throws 401 where the session, or the key, has ended.
 */
export async function confirmCaller(
  c: AppContext,
  spec: RouteSpec,
  caller: Caller,
  row: ActorRow | undefined,
): Promise<void> {
  const actor = actorOfCaller(c.get("databases").primaryDirectoryClient, row, caller);
  if (!actor) return refuse(c, spec, ENDED[caller.kind]);
  c.set("actor", actor);
}

/** What this isolate knows of a caller from their last request that was about the same. */
export function lastKnown(caller: Caller): ActorRow | undefined {
  return keptRow(callerQuestion(caller));
}

/** @throws 401, and counts it: a caller who tries tokens is counted by where they try from. */
async function refuse(c: AppContext, { limit }: RouteSpec, detail: string): Promise<never> {
  if (!limit) await countAnonymous(c);
  throw unauthorized(detail);
}
