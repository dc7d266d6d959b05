import { inArray, lt } from "drizzle-orm";
import { openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { keyedRequests } from "../../db/keyed-requests.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import type { KeyedDb } from "./creation.ts";
import { KEPT_MS } from "./requests.ts";

/** Deletes keyed requests whose 24 hours are over. */
export async function purgeKeyedRequests({ databases, now }: ScheduledRun): Promise<void> {
  await Promise.all([
    purge(databases.directory, now),
    eachStore(databases, "idempotency.not_purged", (client) => purge(openLeads(client), now)),
  ]);
}

async function purge(db: KeyedDb, now: number): Promise<void> {
  const over = db
    .select({ keyHash: keyedRequests.keyHash })
    .from(keyedRequests)
    .where(lt(keyedRequests.createdAt, now - KEPT_MS))
    .orderBy(keyedRequests.createdAt)
    .limit(PURGED_AT_ONCE);
  await purgeInSteps(() => db.delete(keyedRequests).where(inArray(keyedRequests.keyHash, over)).run());
}
