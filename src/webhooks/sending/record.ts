import { sql } from "drizzle-orm";
import { auditInStore, originOfJob } from "../../audit/outbox/write.ts";
import { type Attempt, webhookDeliveries, webhooks } from "../../db/leads/schema.ts";
import { renew } from "../../jobs/lease.ts";
import { hasArrived, isGone } from "../request/post.ts";
import type { DueDelivery } from "./due.ts";
import type { LeasedWebhook } from "./load-webhook.ts";
import type { SendingPorts } from "./ports.ts";
import { pauseAfter, restAfter, TRIED_FOR_MS } from "./retry.ts";

/** The attempts of a delivery that are kept; more than there are in three days. */
const KEPT_ATTEMPTS = 30;

/** What a wave of deliveries that were sent side by side has come to. */
export interface Wave {
  due: readonly DueDelivery[];
  /** In the same order. */
  attempts: readonly Attempt[];
  /** Whether the webhook is to rest, since nobody seems to be there. */
  rests: boolean;
}

/**
 * Writes what came of a wave, in one transaction: where it is lost, the wave is sent again as it was. A webhook that has
 * reached nobody for three days is switched off, and one whose receiver is gone at once. Where a receiver asks for a
 * pause, nothing of the webhook is sent before that is over.
 *
 * @returns whether nothing more is to be sent now.
 */
export async function recordWave(ports: SendingPorts, webhook: LeasedWebhook, wave: Wave): Promise<boolean> {
  const { tenant, lease, now } = ports;
  const { db } = tenant;
  const time = now();
  const arrived = wave.attempts.some(hasArrived);
  const pause = Math.max(...wave.attempts.map(({ retryAfter = 0 }) => retryAfter));
  const reason = wave.attempts.some(isGone) ? "gone" : "failing";
  const results = wave.due.map((delivery, index) => {
    const attempt = wave.attempts[index];
    return attempt ? resultOf(delivery, attempt, time, ports.random()) : null;
  });
  const failedRuns = wave.rests ? webhook.failedRuns + 1 : webhook.failedRuns;
  const rest = Math.max(pause, wave.rests ? restAfter(failedRuns) : 0);
  const state = {
    ...(arrived
      ? { failingSince: null, failedRuns: 0 }
      : { failingSince: sql`coalesce(${webhooks.failingSince}, ${time})`, failedRuns }),
    restUntil: rest > 0 ? time + rest : null,
  };
  // Where another address was given meanwhile, it is another receiver that is gone.
  const why = reason === "gone" ? sql`url = ${webhook.url}` : sql`failing_since <= ${time - TRIED_FOR_MS}`;
  const isOver = sql`id = ${webhook.id} AND switched_off_at IS NULL AND deleted_at IS NULL AND ${why}`;
  await db.batch([
    db
      .update(webhookDeliveries)
      .set({
        status: sql`r.value->>'status'`,
        nextAt: sql`r.value->>'nextAt'`,
        tries: sql`r.value->>'tries'`,
        triedSince: sql`r.value->>'triedSince'`,
        endedAt: sql`r.value->>'endedAt'`,
        attempts: sql`json_insert(
          iif(json_array_length(attempts) >= ${KEPT_ATTEMPTS}, json_remove(attempts, '$[0]'), attempts),
          '$[#]', json(r.value->'attempt'))`,
      })
      .from(sql`json_each(${JSON.stringify(results)}) r`)
      .where(sql`${webhookDeliveries.id} = r.value->>'id' AND ${webhookDeliveries.status} = 'pending'`),
    db
      .update(webhooks)
      .set({ ...state, leasedUntil: renew(webhooks, lease, time) })
      .where(sql`id = ${webhook.id}`),
    auditInStore(
      db,
      originOfJob(time),
      {
        action: "webhook.switched_off",
        companyId: webhook.companyId,
        objectId: webhook.id,
        details: sql`json_object('created_by', created_by)`,
      },
      sql`FROM ${webhooks} WHERE ${isOver}`,
    ),
    db.update(webhooks).set({ switchedOffAt: time, switchedOffReason: reason }).where(isOver),
  ]);
  webhook.failedRuns = arrived ? 0 : failedRuns;
  return rest > 0 || reason === "gone";
}

function resultOf({ id, tries, triedSince }: DueDelivery, attempt: Attempt, now: number, random: number) {
  const since = triedSince ?? attempt.at;
  const result = { id, tries: tries + 1, triedSince: since, attempt };
  if (hasArrived(attempt)) return { ...result, status: "delivered", nextAt: now, endedAt: now };
  const until = since + TRIED_FOR_MS;
  if (now >= until) return { ...result, status: "failed", nextAt: now, endedAt: now };
  const pause = Math.max(pauseAfter(tries + 1, random), attempt.retryAfter ?? 0);
  const nextAt = Math.min(now + pause, until);
  return { ...result, status: "pending", nextAt, endedAt: null };
}
