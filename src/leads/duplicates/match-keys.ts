/** What can make two leads of a company the same person. */
export const MATCH_KEYS = ["external_id", "email", "phone"] as const;

export type MatchKey = (typeof MATCH_KEYS)[number];

/** What makes them so unless something else is asked for. */
export const DEFAULT_MATCH_KEYS: readonly MatchKey[] = ["email", "phone"];
