import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import { auditInStore } from "../audit/outbox/write.ts";
import type { Origin } from "../audit/record.ts";
import { webhookDeliveries, webhooks } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { Settings } from "../env.ts";
import { requireFound } from "../errors.ts";
import { isThere, readWebhook, type WebhookRow } from "./queries.ts";
import type { UpdateWebhookBody } from "./schemas.ts";
import { expectWebhooks } from "./sending/request-sending.ts";
import { requireTarget } from "./target/check-target.ts";

/** What is as it was at first with another address, or once it is on again. */
const FRESH = { failingSince: null, failedRuns: 0, restUntil: null, queuedAt: null };
const ON = { ...FRESH, switchedOffAt: null, switchedOffReason: null };

/**
 * Changes the fields of a webhook that are given. With another address, and switched on again, it tries at once what
 * waits, and has three days again before it is switched off.
 *
 * @throws 422 for an address where nothing may be sent, 404 where somebody deleted it meanwhile.
 */
export async function updateWebhook(
  settings: Settings,
  tenant: Tenant,
  origin: Origin,
  row: WebhookRow,
  { url, status, ...body }: z.output<typeof UpdateWebhookBody>,
): Promise<WebhookRow> {
  const { now } = origin;
  const { db } = tenant;
  const target = url === undefined ? undefined : await requireTarget(settings, url);
  const isMoved = target !== undefined && target !== row.url;
  const isSwitchedOn = status === "active" && row.switchedOffAt !== null;
  const isSwitchedOff = status === "switched_off" && row.switchedOffAt === null;
  const fields = Object.keys({ ...body, ...(url && { url }), ...(status && { status }) });
  const [, , [after]] = await db.batch([
    db
      .update(webhooks)
      .set({
        ...body,
        ...(target !== undefined && { url: target }),
        ...(isMoved && FRESH),
        ...(isSwitchedOn && ON),
        ...(isSwitchedOff && { switchedOffAt: now, switchedOffReason: "by_hand" as const }),
        updatedAt: now,
      })
      .where(isThere(row)),
    auditInStore(
      db,
      origin,
      { action: "webhook.updated", companyId: row.companyId, objectId: row.id, details: { fields } },
      sql`WHERE changes() > 0`,
    ),
    readWebhook(db, row.id),
    ...(isMoved || isSwitchedOn
      ? [
          db
            .update(webhookDeliveries)
            .set({ nextAt: now, triedSince: null, tries: 0 })
            .where(and(eq(webhookDeliveries.webhookId, row.id), sql`status = 'pending'`)),
        ]
      : []),
  ]);
  if (isSwitchedOn) expectWebhooks(row.companyId);
  return requireFound(after);
}
