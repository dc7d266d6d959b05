import { sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/leads/schema.ts";
import { prepared } from "../../db/prepared.ts";
import type { Place } from "../../events/feed/place.ts";
import { readChanges } from "../../events/read-changes.ts";
import { renew } from "../../jobs/lease.ts";
import { log } from "../../log.ts";
import { bodyOf } from "../request/body.ts";
import type { LeasedWebhook } from "./load-webhook.ts";
import type { SendingPorts } from "./ports.ts";

/** So many events of a webhook wait to be sent at the most: the others wait in the feed, where they cost nothing. */
export const MOST_WAITING = 1000;
const AT_ONCE = 100;

/**
 * Reads the feed on from where a webhook has been, and writes what it wants to be told as deliveries. The place moves in
 * the same transaction, so that each event becomes one delivery, whatever happens.
 *
 * @returns whether there is more to be read at once.
 */
export async function planDeliveries(ports: SendingPorts, webhook: LeasedWebhook): Promise<boolean> {
  const { tenant, databases } = ports;
  const { id, companyId, events: types } = webhook;
  const space = MOST_WAITING - (await countWaiting(tenant.client, id));
  if (space <= 0) return false;
  const place = placeOf(webhook);
  const company = { tenant, companyId };
  const { events, end, hasGap } = await readChanges(
    databases,
    company,
    place,
    types,
    Math.min(space, AT_ONCE),
  );
  if (hasGap) log("error", "webhook.events_purged", { webhook_id: id });
  if (isSame(place, end)) return false;
  const moved = await moveTo(
    ports,
    webhook,
    end,
    events.map((event) => ({
      event_id: event.id,
      event: event.type,
      object_id: event.object.id,
      body: bodyOf(companyId, event),
    })),
  );
  Object.assign(webhook, columnsOf(end));
  return moved;
}

interface NewDelivery {
  event_id: string;
  event: string;
  object_id: number;
  body: string;
}

/** @returns whether the webhook was still at its place, and the lease the caller's. */
async function moveTo(
  { tenant: { client }, lease, now }: SendingPorts,
  { id, companyId, ...webhook }: LeasedWebhook,
  end: Place,
  deliveries: NewDelivery[],
): Promise<boolean> {
  const { cursorRow, cursorObject, cursorType } = columnsOf(end);
  const move = sql`
    UPDATE ${webhooks} SET cursor_row = ${cursorRow}, cursor_object = ${cursorObject}, cursor_type = ${cursorType},
      leased_until = ${renew(webhooks, lease, now())}
    WHERE id = ${id} AND lease_id = ${lease.id} AND cursor_row = ${webhook.cursorRow}
      AND cursor_object IS ${webhook.cursorObject} AND cursor_type IS ${webhook.cursorType}`;
  const insert = sql`
    INSERT INTO ${webhookDeliveries}
      (webhook_id, company_id, event_id, event, object_id, body, status, next_at, tries, attempts, created_at)
    SELECT ${id}, ${companyId}, value->>'event_id', value->>'event', value->>'object_id', value->>'body',
      'pending', ${now()}, 0, '[]', ${now()}
    FROM json_each(${JSON.stringify(deliveries)}) WHERE changes() > 0 ORDER BY key`;
  const [moved] = await client.batch([prepared(client, move), prepared(client, insert)]);
  return (moved?.meta.changes ?? 0) > 0;
}

async function countWaiting(client: D1Database, id: number): Promise<number> {
  const count = `SELECT count(*) AS waiting FROM webhook_deliveries WHERE webhook_id = ? AND status = 'pending'`;
  return (await client.prepare(count).bind(id).first<number>("waiting")) ?? 0;
}

function placeOf({ cursorRow, cursorObject, cursorType }: LeasedWebhook): Place {
  const event = cursorObject === null ? null : { objectId: cursorObject, type: cursorType ?? 0 };
  return { row: cursorRow, event };
}

function columnsOf({ row, event }: Place) {
  return { cursorRow: row, cursorObject: event?.objectId ?? null, cursorType: event?.type ?? null };
}

function isSame(one: Place, other: Place): boolean {
  return JSON.stringify(columnsOf(one)) === JSON.stringify(columnsOf(other));
}
