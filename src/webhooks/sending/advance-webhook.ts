import type { Slice } from "../../jobs/slice.ts";
import { hasArrived } from "../request/post.ts";
import { sendAll } from "../request/send.ts";
import { findDue } from "./due.ts";
import { leaseWebhook, reloadWebhook } from "./load-webhook.ts";
import { planDeliveries } from "./plan.ts";
import type { SendingPorts } from "./ports.ts";
import { recordWave } from "./record.ts";
import { releaseWebhook } from "./release.ts";

/** So many are sent side by side: a Worker waits for six connections at a time, and one is for the database. */
const WAVE = 5;
/** So many are sent in one run, which may make a thousand requests in all. */
const MOST_SENT = 400;

/**
 * Sends what a webhook is to be told: what is due, wave by wave, and once nothing is, what the feed has more, until
 * nothing is left or the slice is over.
 *
 * @returns when it is to go on, in milliseconds since 1970; `null` where the cron will find out.
 */
export async function advanceWebhook(ports: SendingPorts, id: number, slice: Slice): Promise<number | null> {
  let webhook = await leaseWebhook(ports, id);
  if (!webhook) return null;
  let sent = 0;
  let hasReached = false;
  let hasMore = true;
  while (webhook && sent < MOST_SENT && !(await slice.over())) {
    const due = await findDue(ports, id, WAVE);
    if (due.length === 0) {
      if (!hasMore) break;
      hasMore = await planDeliveries(ports, webhook);
      continue;
    }
    const attempts = await sendAll(ports, webhook, due);
    sent += due.length;
    hasReached ||= attempts.some(hasArrived);
    // One that fails alone may be the event's own trouble, and keeps nothing else waiting.
    const rests = !hasReached && due.length > 1;
    const isLeftAlone = await recordWave(ports, webhook, { due, attempts, rests });
    if (isLeftAlone) break;
    webhook = await reloadWebhook(ports, id);
  }
  return releaseWebhook(ports, id);
}
