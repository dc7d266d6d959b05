import { idempotent } from "../db/client.ts";
import { eachStore } from "../db/each-store.ts";
import { EVENTS_KEPT_FOR } from "../events/purge-events.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../jobs/purge.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";

/** So often old deliveries are looked for, in minutes. */
const EACH_MINUTES = 10;

/** The oldest ids of the store are those that were made first. What still waits stays. */
const PURGE_OLD = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM (SELECT id, created_at, status FROM webhook_deliveries WHERE id > 0 ORDER BY id LIMIT ${PURGED_AT_ONCE})
    WHERE created_at < ?1 AND status <> 'pending')`;

const DELETED = "SELECT id FROM webhooks WHERE deleted_at IS NOT NULL AND id > 0 LIMIT 20";

const PURGE_DELETED = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries WHERE webhook_id = ?1 ORDER BY id LIMIT ${PURGED_AT_ONCE})`;

const DROP = `
  DELETE FROM webhooks WHERE id = ?1 AND deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook_id = ?1)`;

/** Deletes deliveries that are older than the feed is kept, and those of webhooks that were deleted, with these. */
export async function purgeWebhooks({ databases, now }: ScheduledRun): Promise<void> {
  if (new Date(now).getUTCMinutes() % EACH_MINUTES !== 0) return;
  await eachStore(databases, "webhooks.not_purged", (client) => purgeStore(client, now - EVENTS_KEPT_FOR));
}

/** The same in one lead store. @param before deliveries since then stay, in milliseconds since 1970. */
export async function purgeStore(database: D1Database, before: number): Promise<void> {
  const client = idempotent(database);
  await purgeInSteps(() => client.prepare(PURGE_OLD).bind(before).run());
  const { results } = await client.prepare(DELETED).all<{ id: number }>();
  for (const { id } of results) {
    await purgeInSteps(() => client.prepare(PURGE_DELETED).bind(id).run());
    await client.prepare(DROP).bind(id).run();
  }
}
