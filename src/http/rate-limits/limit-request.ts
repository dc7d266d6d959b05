import type { Actor } from "../../auth/actor.ts";
import type { AppContext } from "../request/context.ts";
import type { RouteSpec } from "../route-spec.ts";
import { networkOf } from "./network.ts";
import { countAgainst, countAnonymous, countCaller, countUnder, limitOf } from "./rate-limit.ts";

/**
 * Counts by network, before anything else of the request is looked at, so that refusals count too: whatever has a
 * limit of its own, and what comes without a token.
 */
export async function limitNetwork(c: AppContext, { access, limit }: RouteSpec): Promise<void> {
  if (limit) {
    const key = `network/${networkOf(c)}`;
    await countUnder(c, { quota: limit, key }, () => countAgainst(limitOf(c.env, limit), key));
  } else if (access.caller === "ignored" || (access.caller === "optional" && !hasToken(c)))
    await countAnonymous(c);
}

/** Counts by user, where the caller is known. */
export async function limitCaller(c: AppContext, { limit }: RouteSpec): Promise<void> {
  const caller = limitKeyOf(c.get("actor"));
  if (!caller) return;
  await countUnder(c, { quota: limit ?? "user", key: caller }, () =>
    limit ? countAgainst(limitOf(c.env, limit), caller) : countCaller(c.env, caller, c.get("now")),
  );
}

/** Whether the request says who is calling. */
export function hasToken(c: AppContext): boolean {
  return Boolean(c.req.header("Authorization")?.trim());
}

/** The key under which a caller's requests are counted; `null` for one who is counted by their network alone. */
function limitKeyOf(actor: Actor | undefined): string | null {
  switch (actor?.kind) {
    case "user":
      return `user/${actor.userId}`;
    case "api_key":
      return `key/${actor.keyId}`;
    case "link":
    case "system":
    case undefined:
      return null;
  }
}
