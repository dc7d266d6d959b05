import { and, eq, isNull, lte, or } from "drizzle-orm";
import { openDatabases } from "../../db/clients.ts";
import { apiKeys } from "../../db/directory/schema.ts";
import { describeError, log } from "../../log.ts";
import { lruCache } from "../../lru-cache.ts";
import { hasStatus } from "./status.ts";

/** How far behind the time of a key's last use may be, in milliseconds. */
const BEHIND_MS = 5 * 60 * 1000;

/** When this isolate has noted the use of a key, in milliseconds since 1970. */
const noted = lruCache<number>(1000);

/**
 * Notes that a key was used, at most once in five minutes: a row that is written for every request would cost more than
 * the request. It runs beside the request, through databases of its own, since a read may not write.
 *
 * @param now milliseconds since 1970.
 * @returns what has to be kept running; `null` where there is nothing to do.
 */
export function noteUse(env: Env, keyId: number, now: number): Promise<void> | null {
  const key = String(keyId);
  if ((noted.get(key) ?? 0) > now - BEHIND_MS) return null;
  noted.set(key, now);
  return write(env, keyId, now);
}

async function write(env: Env, keyId: number, now: number): Promise<void> {
  const databases = openDatabases(env, { for: "write" });
  try {
    await databases.directory
      .update(apiKeys)
      .set({ lastUsedAt: now })
      .where(
        and(
          eq(apiKeys.id, keyId),
          hasStatus("active", now),
          // Another isolate may have noted it already.
          or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, now - BEHIND_MS)),
        ),
      );
  } catch (error) {
    noted.delete(String(keyId));
    log("error", "api_key.use_not_noted", describeError(error));
  } finally {
    databases.stopTimer();
  }
}
