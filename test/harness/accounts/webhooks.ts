import { env } from "cloudflare:test";
import { openLeads } from "../../../src/db/clients.ts";
import { webhookDeliveries, webhooks } from "../../../src/db/leads/schema.ts";
import { settingsOf } from "../../../src/env.ts";
import { EVENT_TYPES } from "../../../src/events/event-types.ts";
import { createSecret } from "../../../src/webhooks/secrets/secrets.ts";
import type { TestCompany } from "../factories.ts";

/** A webhook of a company, in place of what it had: a company has few. @returns its id, and its secret. */
export async function createWebhook(
  { id: companyId, database }: TestCompany,
  differs: Partial<typeof webhooks.$inferInsert> = {},
): Promise<{ id: number; secret: string }> {
  const { secret, kept } = createSecret(settingsOf(env), companyId);
  const now = Date.now();
  await database
    .prepare("UPDATE webhooks SET deleted_at = ? WHERE company_id = ? AND deleted_at IS NULL")
    .bind(now, companyId)
    .run();
  const last = await database
    .prepare("SELECT coalesce(max(id), 0) AS last FROM events WHERE company_id = ?")
    .bind(companyId)
    .first<number>("last");
  const [row] = await openLeads(database)
    .insert(webhooks)
    .values({
      companyId,
      url: "https://hooks.example.com/leads",
      events: [...EVENT_TYPES],
      secrets: [kept],
      createdBy: 1,
      createdAt: now,
      updatedAt: now,
      cursorRow: last ?? 0,
      ...differs,
    })
    .returning({ id: webhooks.id });
  if (!row) throw new Error("no webhook");
  return { id: row.id, secret };
}

/** A delivery of a webhook that has failed. */
export async function createDelivery(
  { id: companyId, database }: TestCompany,
  webhookId: number,
  differs: Partial<typeof webhookDeliveries.$inferInsert> = {},
): Promise<{ id: number }> {
  const now = Date.now();
  const [row] = await openLeads(database)
    .insert(webhookDeliveries)
    .values({
      ...{ webhookId, companyId, eventId: `${companyId}-1-1-0`, event: "lead.created", objectId: 1 },
      ...{ body: "{}", status: "failed", nextAt: now, attempts: [], createdAt: now, endedAt: now },
      ...differs,
    })
    .returning({ id: webhookDeliveries.id });
  if (!row) throw new Error("no delivery");
  return row;
}
