/** What an API key can be limited to. Which one a route needs follows from its tag and method. */
export const SCOPES = [
  "campaigns:read",
  "campaigns:write",
  "companies:read",
  "cycles:read",
  "cycles:write",
  "erasures:read",
  "erasures:write",
  "events:read",
  "imports:read",
  "imports:write",
  "leads:read",
  "leads:write",
  "sources:read",
  "sources:write",
  "territories:read",
  "territories:write",
  "webhooks:read",
  "webhooks:write",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Whether a key has a scope. @param scopes those that it is limited to; `null` for none. */
export function hasScope(scopes: readonly Scope[] | null, scope: Scope): boolean {
  return scopes === null || scopes.includes(scope);
}
