import type { Databases } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";

/** Counting stops here: a larger number would change nothing. */
const MOST = 16;
/** A message that is older was lost, or the sweeper has sent another. */
const RECENT_MS = 10 * 60_000;

/**
 * Counts imports whose turn it is and that nobody works on yet, in all stores; one that does not answer counts none.
 *
 * @param now milliseconds since 1970.
 */
export async function countWaiting(databases: Databases, now: number): Promise<number> {
  let waiting = 0;
  await eachStore(databases, "imports.not_counted", async (client) => {
    const count = client
      .prepare(
        `SELECT count(*) AS waiting
         FROM (SELECT 1 FROM imports WHERE queued_at BETWEEN ?1 AND ?2 AND queued_at IS NOT NULL LIMIT ${MOST})`,
      )
      .bind(now - RECENT_MS, now);
    waiting += (await count.first<number>("waiting")) ?? 0;
  });
  return waiting;
}
