import { openDatabases } from "../db/clients.ts";
import { mintTenant } from "../db/leads/tenant.ts";
import { openSlice } from "../imports/slice.ts";
import { describeError, log } from "../log.ts";
import { indexStore } from "./index-leads.ts";
import { requestIndexing, type SearchMessage } from "./request-indexing.ts";

/** Short, so that an import need not wait long behind it. */
const SLICE_MS = 5_000;

/**
 * Takes messages that ask for the index of a lead store: each is worked on for a while; an index that is not there
 * by then goes on with a message of its own. What fails is asked for again by the cron.
 */
export async function consumeIndexing(batch: MessageBatch<SearchMessage>, env: Env): Promise<void> {
  const databases = openDatabases(env, { for: "job" });
  for (const message of batch.messages) {
    const { search_store: store } = message.body;
    try {
      const tenant = store < databases.stores ? mintTenant(store, databases.leads(store), "all") : null;
      const done = !tenant || (await indexStore(tenant, openSlice(SLICE_MS)));
      if (!done) await requestIndexing(env, store);
    } catch (error) {
      log("error", "search.step_failed", { store, ...describeError(error) });
    }
    message.ack();
  }
}
