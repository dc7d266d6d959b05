import { sql } from "drizzle-orm";
import { webhooks } from "../../db/leads/schema.ts";
import { prepared } from "../../db/prepared.ts";
import { MOST_WAITING } from "./plan.ts";
import type { SendingPorts } from "./ports.ts";
import { IS_BEHIND, NEXT_AT } from "./turns.ts";

/** What is due later than that is left to the cron, in milliseconds. */
const SOON_MS = 10 * 60_000;

/** How many wait to be sent; over rows of `webhooks` as `w`. */
const WAITING =
  "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending')";

/**
 * Ends a run, and says when the next one is due: at once where there is more to be read, also of what came meanwhile.
 *
 * @returns in milliseconds since 1970; `null` where that is not soon, or somebody else has the lease.
 */
export async function releaseWebhook(
  { tenant: { client }, lease, now }: SendingPorts,
  id: number,
): Promise<number | null> {
  const time = now();
  const due = sql.raw(`max(
    coalesce(w.rest_until, 0),
    iif(${IS_BEHIND} AND ${WAITING} < ${MOST_WAITING}, 0, coalesce(${NEXT_AT}, 1e15)))`);
  const statement = sql`
    UPDATE ${webhooks} AS w SET leased_until = NULL, lease_id = NULL, queued_at = (
      SELECT iif(due <= ${time + SOON_MS}, max(due, ${time}), NULL) FROM (SELECT ${due} AS due))
    WHERE id = ${id} AND lease_id = ${lease.id}
    RETURNING iif(switched_off_at IS NULL AND deleted_at IS NULL, queued_at, NULL) AS queuedAt`;
  const row = await prepared(client, statement).first<{ queuedAt: number | null }>();
  return row?.queuedAt ?? null;
}
