import { openDatabases } from "../../../db/clients.ts";
import { mintTenant, type Tenant } from "../../../db/leads/tenant.ts";
import { LEASE_MS } from "../../../jobs/lease.ts";
import type { IndexMessage } from "../../../jobs/message.ts";
import { openSlice, type Slice } from "../../../jobs/slice.ts";
import { describeError, log } from "../../../log.ts";
import { indexStore } from "./index-leads.ts";
import { BEHIND, sendIndexing } from "./request-indexing.ts";

/** Short, so that other stores need not wait long behind it. */
const SLICE_MS = 5_000;

/**
 * Consumes messages that ask for the index of a lead store: each is worked on for a while, by one at a time; an index
 * that is not there by then goes on with a message of its own. What fails is asked for again by the cron.
 */
export async function consumeIndexing(batch: MessageBatch<IndexMessage>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const { store } = message.body;
    const databases = openDatabases(env, { for: "job" });
    try {
      if (store < databases.stores) {
        const tenant = mintTenant(store, databases.leads(store), "all");
        const behind = await indexUnderLease(tenant, openSlice(databases.budget, SLICE_MS));
        if (behind) await sendIndexing(env, store);
      }
    } catch (error) {
      log("error", "search.step_failed", { store, ...describeError(error) });
    }
    message.ack();
  }
}

/** @returns whether the index needs another message: also for one that came meanwhile and met the lease. */
async function indexUnderLease(tenant: Tenant, slice: Slice): Promise<boolean> {
  const { client } = tenant;
  const id = crypto.randomUUID();
  const leased = await client
    .prepare(
      `UPDATE search_progress SET leased_until = ?1 + ${LEASE_MS}, lease_id = ?2, queued_at = NULL
       WHERE coalesce(leased_until, 0) <= ?1 RETURNING 1 AS leased`,
    )
    .bind(Date.now(), id)
    .first<number>("leased");
  if (!leased) return false;
  const release = (queuedAt: string) =>
    client
      .prepare(
        `UPDATE search_progress SET leased_until = NULL, lease_id = NULL, queued_at = ${queuedAt}
         WHERE lease_id = ?1 RETURNING queued_at IS NOT NULL AS behind`,
      )
      .bind(id)
      .first<number>("behind");
  try {
    await indexStore(tenant, slice);
  } catch (error) {
    await release("NULL");
    throw error;
  }
  return (await release(`CASE (${BEHIND}) WHEN 1 THEN ${Date.now()} END`)) === 1;
}
