import { eachStore } from "../../db/each-store.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { sendMessage } from "../../jobs/message.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { describeError, log } from "../../log.ts";
import { lruCache } from "../../lru-cache.ts";
import { IS_BEHIND, NEXT_AT } from "./turns.ts";

/** After so many milliseconds without anybody at it, a message for a webhook was lost. */
const LOST_AFTER_MS = 60_000;
/** So many of a store a run of the cron: those that wait longest are not always the same ones, since each moves on. */
const AT_ONCE = 200;

/** Sends the message for a webhook. One that gets lost is no harm: the cron sends another. @param delay milliseconds. */
export async function sendWebhookMessage(env: Env, store: number, id: number, delay = 0): Promise<void> {
  try {
    await sendMessage(env, { kind: "webhook", store, webhook_id: id }, Math.max(0, Math.ceil(delay / 1000)));
  } catch (error) {
    log("error", "webhook.not_queued", { webhook_id: id, ...describeError(error) });
  }
}

/**
 * Marks webhooks that have something to be sent, and for which no message is on its way; one that is due later, for what
 * is tried again then, is none. @param which a condition on rows of `webhooks` as `w`.
 */
const claim = (which: string) => `
  UPDATE webhooks SET queued_at = ?1 WHERE id IN (
    SELECT w.id FROM webhooks w
    WHERE w.switched_off_at IS NULL AND w.deleted_at IS NULL AND ${which}
      AND coalesce(w.leased_until, 0) <= ?1 AND coalesce(w.rest_until, 0) <= ?1
      AND (w.queued_at IS NULL OR w.queued_at > ?1 OR w.queued_at <= ?1 - ${LOST_AFTER_MS})
      AND (${IS_BEHIND} OR ${NEXT_AT} <= ?1)
    ORDER BY w.company_id LIMIT ${AT_ONCE})
  RETURNING id`;

const OF_COMPANY = claim("w.company_id = ?2");
const OF_ALL = claim("w.company_id > 0");

const AT_WORK = `
  SELECT EXISTS (
    SELECT 1 FROM webhooks WHERE switched_off_at IS NULL AND deleted_at IS NULL AND company_id = ?) AS atWork`;

/** How long an isolate keeps that a company has no webhook at work, in milliseconds: the cron looks as often. */
const KEPT_MS = 60_000;

/** The companies without a webhook at work, and since when that is known, in milliseconds since 1970. */
const untold = lruCache<number>(5000);

/**
 * Asks for what has just changed in a company to be sent. Most companies have no webhook, and are not looked up for each
 * change: one that has just made its first may be told by the cron.
 *
 * @param now milliseconds since 1970.
 */
export async function requestSending(
  env: Env,
  { store, client }: Pick<Tenant, "store" | "client">,
  companyId: number,
  now: number,
): Promise<void> {
  const key = String(companyId);
  if ((untold.get(key) ?? 0) > now - KEPT_MS) return;
  const [claimed, known] = await client.batch<Record<string, number>>([
    client.prepare(OF_COMPANY).bind(now, companyId),
    client.prepare(AT_WORK).bind(companyId),
  ]);
  if (known?.results[0]?.atWork === 0) untold.set(key, now);
  for (const { id = 0 } of claimed?.results ?? []) await sendWebhookMessage(env, store, id);
}

/** The same, where trouble is left to the cron. */
export async function tryRequestSending(...asked: Parameters<typeof requestSending>): Promise<void> {
  try {
    await requestSending(...asked);
  } catch (error) {
    log("error", "webhooks.not_asked", describeError(error));
  }
}

/** Has a company looked up again, which has a webhook from now on. */
export function expectWebhooks(companyId: number): void {
  untold.delete(String(companyId));
}

/** Sends messages for all webhooks that have something to be sent. */
export async function sweepWebhooks({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "webhooks.not_swept", (client, store) =>
    sweepStore(env, { store, client }, now),
  );
}

/** The same in one lead store, where a job has changed something; trouble is left to the cron. */
export async function trySweepStore(
  env: Env,
  tenant: Pick<Tenant, "store" | "client">,
  now: number,
): Promise<void> {
  try {
    await sweepStore(env, tenant, now);
  } catch (error) {
    log("error", "webhooks.not_asked", describeError(error));
  }
}

async function sweepStore(
  env: Env,
  { store, client }: Pick<Tenant, "store" | "client">,
  now: number,
): Promise<void> {
  const { results } = await client.prepare(OF_ALL).bind(now).all<{ id: number }>();
  for (const { id } of results) await sendWebhookMessage(env, store, id);
}
