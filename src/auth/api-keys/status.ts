import { type SQL, sql } from "drizzle-orm";
import { apiKeys } from "../../db/directory/schema.ts";

/** What has become of an API key. One that had expired when it was ended is ended. */
export const STATUSES = ["active", "expired", "ended"] as const;
export type ApiKeyStatus = (typeof STATUSES)[number];

/** The status of a key; times are milliseconds since 1970. */
export function statusOf(
  { expiresAt, endedAt }: { expiresAt: number | null; endedAt: number | null },
  now: number,
): ApiKeyStatus {
  if (endedAt !== null) return "ended";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}

/** The same as a condition on rows of `api_keys`. */
export function hasStatus(status: ApiKeyStatus, now: number): SQL {
  const { expiresAt, endedAt } = apiKeys;
  return {
    active: sql`(${endedAt} IS NULL AND coalesce(${expiresAt}, ${now} + 1) > ${now})`,
    expired: sql`(${endedAt} IS NULL AND ${expiresAt} <= ${now})`,
    ended: sql`${endedAt} IS NOT NULL`,
  }[status];
}
