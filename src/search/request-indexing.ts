import { eachStore } from "../db/each-store.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { describeError, log } from "../log.ts";

/** A message to the consumer of imports: the index of a lead store is behind. */
export interface SearchMessage {
  search_store: number;
}

/** Asks the queue to bring the index of a lead store up to date. A message that gets lost is no harm: the cron asks again. */
export async function requestIndexing(env: Env, store: number): Promise<void> {
  try {
    await env.IMPORTS.send({ search_store: store } satisfies SearchMessage);
  } catch (error) {
    log("error", "search.not_queued", { store, ...describeError(error) });
  }
}

/** A query that tells whether the index of a lead store is behind: 0 or 1 under `behind`. */
export const BEHIND = `
  SELECT EXISTS (SELECT 1 FROM leads WHERE id > p.leads_up_to)
    OR EXISTS (SELECT 1 FROM import_chunks c WHERE c.rowid > p.chunks_up_to) AS behind
  FROM search_progress p`;

/** Asks for every store whose index is behind. */
export async function sweepSearch({ env, databases }: ScheduledRun): Promise<void> {
  await eachStore(databases, "search.not_swept", async (client, store) => {
    if (await client.prepare(BEHIND).first<number>("behind")) await requestIndexing(env, store);
  });
}
