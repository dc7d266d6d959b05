import type { SendingPorts } from "./ports.ts";
import { HAS_TURN } from "./turns.ts";

/** A delivery that is to be sent. */
export interface DueDelivery {
  id: number;
  eventId: string;
  body: string;
  tries: number;
  triedSince: number | null;
}

/** The deliveries of a webhook that are due and whose turn it is, the oldest first. */
export async function findDue(
  { tenant: { client }, now }: SendingPorts,
  webhookId: number,
  limit: number,
): Promise<DueDelivery[]> {
  const statement = `
    SELECT d.id, d.event_id AS eventId, d.body, d.tries, d.tried_since AS triedSince
    FROM webhook_deliveries d
    WHERE d.webhook_id = ? AND d.next_at <= ? AND ${HAS_TURN}
    ORDER BY d.id LIMIT ?`;
  return (await client.prepare(statement).bind(webhookId, now(), limit).all<DueDelivery>()).results;
}
