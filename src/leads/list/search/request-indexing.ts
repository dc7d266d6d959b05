import { eachStore } from "../../../db/each-store.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { sendMessage } from "../../../jobs/message.ts";
import type { ScheduledRun } from "../../../jobs/scheduled-run.ts";
import { describeError, log } from "../../../log.ts";

/** After so many milliseconds without anybody at it, a message for the index of a store was lost. */
const LOST_AFTER_MS = 60_000;

/** Sends the message for the index of a lead store. One that gets lost is no harm: the cron asks again. */
export async function sendIndexing(env: Env, store: number): Promise<void> {
  try {
    await sendMessage(env, { kind: "index", store });
  } catch (error) {
    log("error", "search.not_queued", { store, ...describeError(error) });
  }
}

/**
 * Asks for the index of a lead store to be brought up to date, where it is behind, no message is on its way and
 * no other job is at it: a job that is looks once more at its end.
 *
 * @param now milliseconds since 1970.
 */
export async function requestIndexing(
  env: Env,
  { store, client }: Pick<Tenant, "store" | "client">,
  now: number,
): Promise<void> {
  const due = await client
    .prepare(
      `UPDATE search_progress SET queued_at = ?1
       WHERE coalesce(leased_until, 0) <= ?1 AND coalesce(queued_at + ${LOST_AFTER_MS}, 0) <= ?1 AND (${BEHIND})
       RETURNING 1 AS due`,
    )
    .bind(now)
    .first<number>("due");
  if (due) await sendIndexing(env, store);
}

/** A query that tells whether the index of a lead store is behind: 0 or 1 under `behind`. */
export const BEHIND = `
  SELECT EXISTS (SELECT 1 FROM leads WHERE id > p.leads_up_to)
    OR EXISTS (SELECT 1 FROM import_chunks c WHERE c.rowid > p.chunks_up_to) AS behind
  FROM search_progress p`;

/** Asks for every store whose index is behind. */
export async function sweepSearch({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "search.not_swept", async (client, store) => {
    await requestIndexing(env, { store, client }, now);
  });
}
