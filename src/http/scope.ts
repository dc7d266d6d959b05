import type { Actor } from "../auth/actor.ts";
import { isLinked, type LinkedActor } from "../auth/api-keys/linked-actor.ts";
import { hasScope, SCOPES, type Scope } from "../auth/api-keys/scopes.ts";
import { AppError, notForKeys } from "../errors.ts";
import type { RouteSpec } from "./route-spec.ts";

/** What the routes of a tag are about, for scopes: a tag that is not here is closed to API keys. */
const RESOURCES: Readonly<Record<string, string>> = {
  Campaigns: "campaigns",
  Companies: "companies",
  Cycles: "cycles",
  Events: "events",
  Import: "imports",
  Leads: "leads",
  Sources: "sources",
  Territories: "territories",
  Webhooks: "webhooks",
};

type Scoped = Pick<RouteSpec, "access" | "importLinks" | "method" | "scope" | "tag">;

/**
 * The scope that an API key needs for a route.
 *
 * @returns `null` for a route that no key can call, because its policy lets in people alone, or owners, which no key
 * is; and for one that does not ask who calls.
 */
export function scopeOf({ access, method, scope, tag }: Scoped): Scope | null {
  const { declares } = access;
  if (access.acceptsKeys !== true || ("role" in declares && declares.role === "owner")) return null;
  if (scope) return scope;
  const derived = `${RESOURCES[tag]}:${method === "get" ? "read" : "write"}`;
  const known = SCOPES.find((one) => one === derived);
  if (!known) throw new Error(`a route of the tag ${tag} lets in API keys, and no scope is ${derived}`);
  return known;
}

/**
 * Refuses an API key, or a link for imports, what it was not made for, before anything is looked up.
 *
 * @param origins of the page that asks, where a browser says it, and of the API itself.
 * @throws 403 where no key may call the route, or the caller's lacks its scope; of a link where the page is not its own.
 */
export function requireScope(
  spec: Scoped,
  actor: Actor | undefined,
  origins: { page: string | undefined; own: string },
): void {
  if (actor?.kind !== "api_key") return;
  if (isLinked(actor)) {
    requireLinkUse(spec, actor, origins);
    return;
  }
  const scope = scopeOf(spec);
  if (scope === null) throw notForKeys();
  requireKeyScope(actor, scope);
}

/**
 * Refuses an API key that lacks a scope: where a request asks for more than its route does.
 *
 * @throws 403. @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function requireKeyScope(actor: Actor, scope: Scope): void {
  if (actor.kind !== "api_key" || hasScope(actor.scopes, scope)) return;
  throw new AppError(
    "insufficient_scope",
    `This needs a key with the scope "${scope}": make one, as a key keeps the scopes that it was made with.`,
    {
      headers: {
        "WWW-Authenticate": `Bearer realm="leadsy", error="insufficient_scope", scope="${scope}"`,
      },
    },
  );
}

/** @throws 403 */
function requireLinkUse(
  { importLinks }: Scoped,
  { importLink: { allowedOrigin } }: LinkedActor,
  { page, own }: { page: string | undefined; own: string },
): void {
  if (page !== undefined && page !== allowedOrigin && page !== own) {
    const detail = `The link is for pages of ${allowedOrigin}: make one for this page.`;
    throw new AppError("origin_not_allowed", detail);
  }
  if (!importLinks) {
    throw new AppError("not_for_links", "A link for imports imports files, and does nothing else.");
  }
}
