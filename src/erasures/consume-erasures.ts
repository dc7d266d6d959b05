import { idempotent } from "../db/client.ts";
import { openDatabases, openDirectory } from "../db/clients.ts";
import { eachStore } from "../db/each-store.ts";
import { mintTenant } from "../db/leads/tenant.ts";
import { newLease } from "../jobs/lease.ts";
import { type ErasureMessage, sendMessage } from "../jobs/message.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { openSlice, type Slice } from "../jobs/slice.ts";
import { describeError, log } from "../log.ts";
import { advanceErasure } from "./advance-erasure.ts";
import { type CopyLimits, releaseErasure } from "./erasure-state.ts";

/** When an erasure is tried again that met trouble, in milliseconds. It is never given up. */
const RETRY_MS = 60_000;

/** Sends the message for an erasure. One that gets lost is no harm: the sweeper sends another. */
export async function requestErasure(env: Env, store: number, id: number, delay = 0): Promise<void> {
  try {
    await sendMessage(env, { kind: "erasure", store, erasure_id: id }, Math.ceil(delay / 1000));
  } catch (error) {
    log("error", "erasure.not_queued", { erasure_id: id, ...describeError(error) });
  }
}

interface ConsumerOptions {
  newSlice?: () => Slice;
  now?: () => number;
  limits?: CopyLimits;
}

/** Consumes messages of erasures: each is worked on for one slice, and goes on with a message of its own. */
export async function consumeErasures(
  batch: MessageBatch<ErasureMessage>,
  env: Env,
  { newSlice, now = Date.now, limits }: ConsumerOptions = {},
): Promise<void> {
  for (const message of batch.messages) {
    const { store, erasure_id: id } = message.body;
    const databases = openDatabases(env, { for: "job" });
    message.ack();
    if (!(store < databases.stores)) continue;
    const tenant = mintTenant(store, idempotent(databases.leads(store)), "all");
    const directory = openDirectory(idempotent(databases.directoryClient));
    const ports = { tenant, directory, files: env.FILES, lease: newLease(), limits, now };
    try {
      const slice = newSlice?.() ?? openSlice(databases.budget);
      const next = await advanceErasure(ports, id, slice);
      if (next) await requestErasure(env, store, next.id, next.delay);
    } catch (error) {
      log("error", "erasure.step_failed", { erasure_id: id, ...describeError(error) });
      try {
        await releaseErasure(ports, id, now() + RETRY_MS);
        await requestErasure(env, store, id, RETRY_MS);
      } catch (trouble) {
        log("error", "erasure.not_postponed", { erasure_id: id, ...describeError(trouble) });
      }
    }
  }
}

/** After so long without a lease or a message, an erasure is sent again; in milliseconds. */
const LOST_AFTER_MS = 120_000;
const AT_ONCE = 20;

/** Sends erasures again whose message was lost, or whose consumer is gone. */
export async function sweepErasures({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "erasures.not_swept", async (client, store) => {
    const lost = await client
      .prepare(
        `UPDATE erasures SET queued_at = ?1 WHERE id IN (
           SELECT e.id FROM erasures e
           WHERE e.finished_at IS NULL AND coalesce(e.leased_until, 0) <= ?1
             AND coalesce(e.queued_at + ${LOST_AFTER_MS}, 0) <= ?1
             AND e.id = (SELECT min(f.id) FROM erasures f
               WHERE f.company_id = e.company_id AND f.finished_at IS NULL)
           ORDER BY e.company_id, e.id LIMIT ${AT_ONCE})
         RETURNING id`,
      )
      .bind(now)
      .all<{ id: number }>();
    for (const { id } of lost.results) await requestErasure(env, store, id);
  });
}
