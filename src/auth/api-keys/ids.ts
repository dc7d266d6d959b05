import type { AuthorIdentity } from "../actor.ts";

/**
 * After which the ids of API keys begin: users are far below it, and lead stores number no people. So a column that
 * says who did something holds a user or a key, and its value tells which.
 */
export const API_KEY_IDS = 500_000_000_000;

/** Whether the id of somebody who did something is that of an API key. */
export function isApiKeyId(id: number): boolean {
  return id > API_KEY_IDS;
}

/** Whose id it is that such a column has. */
export function authorOf(id: number): AuthorIdentity {
  return isApiKeyId(id) ? { kind: "api_key", keyId: id } : { kind: "user", userId: id };
}
