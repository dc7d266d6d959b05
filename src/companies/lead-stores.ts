import { type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { leadStoreSizes } from "../db/directory/schema.ts";
import { eachStore } from "../db/each-store.ts";
import { settingsOf } from "../env.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { log } from "../log.ts";

/** How full a lead store is. */
export interface StoreSize {
  store: number;
  companies: number;
  /** `null` until it was measured. */
  bytes: number | null;
  /** Milliseconds since 1970. */
  measuredAt: number | null;
  /** Whether it takes no new companies. */
  full: boolean;
}

/**
 * Measures the lead stores, and keeps their sizes in the directory: D1 ends a database at 10 GB, and a company lives in
 * one store for ever, so a store has to stop growing long before. One that is full is logged each time.
 *
 * @see https://developers.cloudflare.com/d1/platform/limits/ (maximum database size)
 */
export async function measureStores({ env, databases, now }: ScheduledRun): Promise<void> {
  const { maxStoreBytes } = settingsOf(env);
  await eachStore(databases, "store.not_measured", async (client, store) => {
    const { meta } = await client.prepare("SELECT 1").all();
    const bytes = meta.size_after;
    await databases.directory
      .insert(leadStoreSizes)
      .values({ store, companies: 0, bytes, measuredAt: now })
      .onConflictDoUpdate({ target: leadStoreSizes.store, set: { bytes, measuredAt: now } });
    if (bytes >= maxStoreBytes) log("error", "store.full", { store, bytes, max_bytes: maxStoreBytes });
  });
}

/** How full the lead stores are, by their numbers, as they were measured last. */
export async function readStoreSizes(db: DirectoryDb, maxStoreBytes: number): Promise<StoreSize[]> {
  const rows = await db.select().from(leadStoreSizes).orderBy(leadStoreSizes.store);
  return rows.map((row) => ({ ...row, full: row.bytes !== null && row.bytes >= maxStoreBytes }));
}

/**
 * The lead store with the fewest companies among those that have room; of several, the first.
 *
 * @param stores how many there are.
 * @returns an expression, NULL where all are full.
 */
export function emptiestStore(stores: number, maxStoreBytes: number): SQL {
  const all = JSON.stringify([...Array(stores).keys()]);
  return sql`(SELECT n.value FROM json_each(${all}) n LEFT JOIN ${leadStoreSizes} s ON s.store = n.value
    WHERE coalesce(s.bytes, 0) < ${maxStoreBytes} ORDER BY coalesce(s.companies, 0), n.value LIMIT 1)`;
}

/** Whether a store has room for another company. */
export function hasFreeSpace(store: number, maxStoreBytes: number): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${leadStoreSizes} WHERE store = ${store} AND bytes >= ${maxStoreBytes})`;
}
