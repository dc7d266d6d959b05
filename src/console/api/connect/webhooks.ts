import { allPages, get, request } from "../request.ts";
import type { Made } from "./keys.ts";
import type { Ping, Webhook, WebhookSettings } from "./types.ts";

/** The webhooks of a company, the newest first. @throws Problem */
export function loadWebhooks(companyId: number): Promise<Webhook[]> {
  return allPages<Webhook>(`/companies/${companyId}/webhooks`, "webhooks");
}

/** One of them; `null` where there is none. @throws Problem */
export async function loadWebhook(
  companyId: number,
  id: number,
  signal: AbortSignal,
): Promise<Webhook | null> {
  const path = `/companies/${companyId}/webhooks`;
  const { webhooks } = await get<{ webhooks: Webhook[] }>(path, { id_eq: id }, signal);
  return webhooks[0] ?? null;
}

/** @throws Problem */
export async function makeWebhook(
  companyId: number,
  wanted: WebhookSettings,
  idempotencyKey: string,
): Promise<Made<Webhook>> {
  const path = `/companies/${companyId}/webhooks`;
  const { body } = await request<{ webhook: Webhook; secret: string | null }>(path, {
    method: "POST",
    body: wanted,
    idempotencyKey,
  });
  if (!body) throw new Error("a new webhook has an answer");
  return { made: body.webhook, secret: body.secret };
}

/** Changes what is said of it, or switches it off or on. @throws Problem */
export async function changeWebhook(
  id: number,
  changes: Partial<WebhookSettings & Pick<Webhook, "status">>,
): Promise<void> {
  await request(`/webhooks/${id}`, { method: "PUT", body: changes });
}

/** Replaces its secret. @returns the new one. @throws Problem */
export async function rotateSecret(id: number): Promise<string> {
  const { body } = await request<{ secret: string }>(`/webhooks/${id}/rotate_secret`, { method: "POST" });
  if (!body) throw new Error("a new secret has an answer");
  return body.secret;
}

/** Sends a test at once. @throws Problem */
export async function ping(id: number): Promise<Ping> {
  const { body } = await request<{ ping: Ping }>(`/webhooks/${id}/ping`, { method: "POST" });
  if (!body) throw new Error("a test has an answer");
  return body.ping;
}

/** @throws Problem */
export async function deleteWebhook(id: number): Promise<void> {
  await request(`/webhooks/${id}`, { method: "DELETE" });
}
