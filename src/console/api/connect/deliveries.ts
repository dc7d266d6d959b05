import { get, request } from "../request.ts";
import type { PageMeta } from "../types.ts";
import type { Delivery, DeliveryStatus } from "./types.ts";

/** How many deliveries a page of the list has. */
const A_PAGE = 20;

/** A page of what was sent to a webhook, the newest first. @param page from 1. @throws Problem */
export function loadDeliveries(
  webhookId: number,
  { status, page }: { status: DeliveryStatus | ""; page: number },
  signal: AbortSignal,
): Promise<{ deliveries: Delivery[]; meta: PageMeta }> {
  return get(`/webhooks/${webhookId}/deliveries`, { status_eq: status, page, limit: A_PAGE }, signal);
}

/** Sends an event again, whatever came of it before. @throws Problem */
export async function redeliver(id: number): Promise<void> {
  await request(`/deliveries/${id}/redeliver`, { method: "POST" });
}

/**
 * Sends again all that was given up since a time.
 *
 * @param since ISO 8601.
 * @returns how many that are. @throws Problem
 */
export async function redeliverFailed(webhookId: number, since: string): Promise<number> {
  let count = 0;
  for (let hasMore = true; hasMore; ) {
    const { body } = await request<{ redelivered: number; has_more: boolean }>(
      `/webhooks/${webhookId}/redeliver`,
      { method: "POST", body: { since } },
    );
    count += body?.redelivered ?? 0;
    hasMore = body?.has_more ?? false;
  }
  return count;
}
