import type * as z from "zod";
import type { Event } from "../../events/schemas.ts";

/** A test, which is in no feed. */
export const PING = "webhook.ping";

/**
 * What is sent of an event: the members that Standard Webhooks asks for, `type`, `timestamp` and `data`, and what the
 * feed has beside them. It has no lead: it is kept for as long as it may be sent again, and a person who is erased
 * must be in nothing that is kept.
 */
export function bodyOf(companyId: number, { occurred_at, data, ...event }: z.input<typeof Event>): string {
  const { lead: _, ...change } = { lead: null, ...data };
  const { id, type, actor, object } = event;
  return JSON.stringify({
    type,
    timestamp: occurred_at,
    id,
    company_id: companyId,
    actor,
    object,
    data: change,
  });
}

/** What a ping sends. @param now milliseconds since 1970. */
export function pingBody(companyId: number, webhookId: number, id: string, now: number): string {
  const timestamp = new Date(now).toISOString();
  return JSON.stringify({
    type: PING,
    timestamp,
    id,
    company_id: companyId,
    data: { webhook_id: webhookId },
  });
}
