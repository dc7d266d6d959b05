import { tryCarryAuditEvents } from "../../audit/outbox/carry.ts";
import { idempotent } from "../../db/client.ts";
import { type Databases, openDatabases } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { mintTenant } from "../../db/leads/tenant.ts";
import { newLease } from "../../jobs/lease.ts";
import { sendMessage, type UndoMessage } from "../../jobs/message.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { openSlice, type Slice } from "../../jobs/slice.ts";
import { describeError, log } from "../../log.ts";
import { trySweepStore } from "../../webhooks/sending/request-sending.ts";
import { storeOfImportCode } from "../import-code.ts";
import { advanceUndo } from "./advance-undo.ts";
import { releaseUndo } from "./undo-state.ts";

/** When an undo is tried again that met trouble, in milliseconds. It is never given up. */
const RETRY_MS = 30_000;

/** Sends the message for an undo. One that gets lost is no harm: the sweeper sends another. */
export async function requestUndoing(env: Env, importCode: string, delay = 0): Promise<void> {
  try {
    await sendMessage(env, { kind: "undo", import_code: importCode }, Math.ceil(delay / 1000));
  } catch (error) {
    log("error", "undo.not_queued", { import_code: importCode, ...describeError(error) });
  }
}

interface ConsumerOptions {
  newSlice?: (databases: Databases) => Slice;
  stepRecords?: number;
  leaseMs?: number;
  now?: () => number;
}

/** Consumes messages of undos: each is worked on for one slice, and goes on with a message of its own. */
export async function consumeUndos(
  batch: MessageBatch<UndoMessage>,
  env: Env,
  {
    newSlice = ({ budget }) => openSlice(budget),
    stepRecords,
    leaseMs,
    now = Date.now,
  }: ConsumerOptions = {},
): Promise<void> {
  for (const message of batch.messages) {
    const { import_code: importCode } = message.body;
    const databases = openDatabases(env, { for: "job" });
    message.ack();
    const store = storeOfImportCode(importCode);
    if (store === null || store >= databases.stores) continue;
    const tenant = mintTenant(store, idempotent(databases.leads(store)), "all");
    const ports = { tenant, lease: newLease(leaseMs), now };
    try {
      const { ended, next, delay } = await advanceUndo(ports, importCode, newSlice(databases), stepRecords);
      if (next !== undefined) await requestUndoing(env, next, delay);
      if (!ended) continue;
      await tryCarryAuditEvents(env, databases, store);
      await trySweepStore(env, tenant, now());
    } catch (error) {
      log("error", "undo.step_failed", { import_code: importCode, ...describeError(error) });
      try {
        await releaseUndo(ports, importCode, now() + RETRY_MS);
        await requestUndoing(env, importCode, RETRY_MS);
      } catch (trouble) {
        log("error", "undo.not_postponed", { import_code: importCode, ...describeError(trouble) });
      }
    }
  }
}

/** After so long without a lease or a message, an undo is sent again; in milliseconds. */
const LOST_AFTER_MS = 120_000;
const AT_ONCE = 20;

/** Sends undos again whose message was lost, or whose consumer is gone. */
export async function sweepUndos({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "undos.not_swept", async (client) => {
    const lost = await client
      .prepare(
        `UPDATE import_undos SET queued_at = ?1 WHERE id IN (
           SELECT u.id FROM import_undos u
           WHERE u.finished_at IS NULL AND coalesce(u.leased_until, 0) <= ?1
             AND coalesce(u.queued_at + ${LOST_AFTER_MS}, 0) <= ?1
             AND u.id = (SELECT min(f.id) FROM import_undos f
               WHERE f.company_id = u.company_id AND f.finished_at IS NULL)
           ORDER BY u.company_id, u.id LIMIT ${AT_ONCE})
         RETURNING (SELECT i.import_code FROM imports i WHERE i.id = import_id) AS code`,
      )
      .bind(now)
      .all<{ code: string }>();
    for (const { code } of lost.results) await requestUndoing(env, code);
  });
}
