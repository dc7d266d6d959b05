import { eq, sql } from "drizzle-orm";
import { webhookDeliveries } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { requireFound } from "../../errors.ts";
import { type DeliveryRow, readDelivery } from "./queries.ts";

/** So many are sent again for one request. */
export const REDELIVERED_AT_ONCE = 1000;

/** What waits to be sent as if it had not been tried. */
const again = (now: number) => ({
  status: "pending" as const,
  nextAt: now,
  triedSince: null,
  tries: 0,
  endedAt: null,
});

/** Sends an event again as it was, whatever came of it. @param now milliseconds since 1970. */
export async function redeliver({ db }: Tenant, { id }: DeliveryRow, now: number): Promise<DeliveryRow> {
  const [, [row]] = await db.batch([
    db.update(webhookDeliveries).set(again(now)).where(eq(webhookDeliveries.id, id)),
    readDelivery(db, id),
  ]);
  return requireFound(row);
}

/**
 * Sends again what was given up since a time, the earliest first.
 *
 * @param since milliseconds since 1970, as `now`.
 * @returns how many.
 */
export async function redeliverFailed(
  { db }: Tenant,
  webhookId: number,
  since: number,
  now: number,
): Promise<number> {
  const { meta } = await db
    .update(webhookDeliveries)
    .set(again(now))
    .where(sql`id IN (
    SELECT f.id FROM webhook_deliveries f
    WHERE f.webhook_id = ${webhookId} AND f.status = 'failed' AND f.ended_at >= ${since}
    ORDER BY f.ended_at, f.id LIMIT ${REDELIVERED_AT_ONCE})`);
  return meta.changes;
}
