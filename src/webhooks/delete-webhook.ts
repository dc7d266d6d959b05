import { sql } from "drizzle-orm";
import { auditInStore } from "../audit/outbox/write.ts";
import type { Origin } from "../audit/record.ts";
import { webhooks } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { isThere, type WebhookRow } from "./queries.ts";

/** Deletes a webhook: nothing more is sent, save what is on its way. Its deliveries are deleted step by step. */
export async function deleteWebhook(tenant: Tenant, origin: Origin, row: WebhookRow): Promise<void> {
  const { db } = tenant;
  await db.batch([
    db.update(webhooks).set({ deletedAt: origin.now, secrets: [] }).where(isThere(row)),
    auditInStore(
      db,
      origin,
      { action: "webhook.deleted", companyId: row.companyId, objectId: row.id },
      sql`WHERE changes() > 0`,
    ),
  ]);
}
