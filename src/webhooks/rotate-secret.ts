import { sql } from "drizzle-orm";
import { auditInStore } from "../audit/outbox/write.ts";
import type { Origin } from "../audit/record.ts";
import { webhooks } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { Settings } from "../env.ts";
import { AppError, notFound, tryAgainAfter } from "../errors.ts";
import { isThere, readWebhook, type WebhookRow } from "./queries.ts";
import { createSecret, MOST_REPLACED, replaceSecret, signingSecrets } from "./secrets/secrets.ts";

/**
 * Gives a webhook another secret. Those before it sign beside it for 24 hours, so that no delivery fails while the
 * receiver gets to know it.
 *
 * @throws 409 where too many sign already, or where somebody else did the same meanwhile; 404 where it is deleted.
 */
export async function rotateSecret(
  settings: Settings,
  tenant: Tenant,
  origin: Origin,
  row: WebhookRow,
): Promise<{ row: WebhookRow; secret: string }> {
  const { now } = origin;
  const { db } = tenant;
  if (signingSecrets(row.secrets, now).length > MOST_REPLACED) {
    const detail = `It has ${MOST_REPLACED} older secrets that sign for 24 hours each: wait until one of them ends.`;
    throw new AppError("list_full", detail);
  }
  const { secret, kept } = createSecret(settings, row.companyId);
  const before = JSON.stringify(row.secrets);
  const [rotated, , [after]] = await db.batch([
    db
      .update(webhooks)
      .set({ secrets: replaceSecret(row.secrets, kept, now), updatedAt: now })
      // Of two at once the second would end a secret that was just given out.
      .where(sql`${isThere(row)} AND secrets = ${before}`)
      .returning({ id: webhooks.id }),
    auditInStore(
      db,
      origin,
      { action: "webhook.secret_rotated", companyId: row.companyId, objectId: row.id },
      sql`WHERE changes() > 0`,
    ),
    readWebhook(db, row.id),
  ]);
  if (!after) throw notFound();
  if (rotated.length === 0) {
    const detail =
      "Somebody else replaced the secret at the same moment. Try again if you still need another.";
    throw tryAgainAfter("request_in_flight", detail, 1);
  }
  return { row: after, secret };
}
