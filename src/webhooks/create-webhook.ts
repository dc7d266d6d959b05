import { sql } from "drizzle-orm";
import type * as z from "zod";
import { auditInStore } from "../audit/outbox/write.ts";
import type { Origin } from "../audit/record.ts";
import { authorIdOf, type CompanyActor } from "../auth/actor.ts";
import { webhooks } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { Settings } from "../env.ts";
import { AppError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { MOST_WEBHOOKS, readWebhook, type WebhookRow } from "./queries.ts";
import type { WebhookBody } from "./schemas.ts";
import { createSecret } from "./secrets/secrets.ts";
import { expectWebhooks } from "./sending/request-sending.ts";
import { requireTarget } from "./target/check-target.ts";

/** A webhook that was made, with its secret; `null` where only the first answer had it. */
export interface NewWebhook {
  row: WebhookRow;
  secret: string | null;
}

/**
 * Makes a webhook of a company, for what changes from then on.
 *
 * @throws 422 for an address where nothing may be sent, 409 where the company has as many webhooks as it may, 503 where
 * the name in the address could not be looked up.
 */
export async function createWebhook(
  settings: Settings,
  { tenant, companyId }: { tenant: Tenant; companyId: number },
  origin: Origin<CompanyActor>,
  { url, events, description = null }: z.output<typeof WebhookBody>,
  creation: Creation,
): Promise<NewWebhook> {
  const { now } = origin;
  const target = await requireTarget(settings, url);
  const { secret, kept } = createSecret(settings, companyId);
  const { db } = tenant;
  // The newest id of the store is that of the first statement.
  const newest = sql`(SELECT max(id) FROM ${webhooks})`;
  const [, , [row]] = await db
    .batch([
      db.insert(webhooks).values({
        companyId,
        url: target,
        description,
        events,
        secrets: [kept],
        createdBy: authorIdOf(origin.actor) ?? 0,
        createdAt: now,
        updatedAt: now,
        cursorRow: sql`(SELECT coalesce(max(e.id), 0) FROM events e WHERE e.company_id = ${companyId})`,
      }),
      auditInStore(db, origin, { action: "webhook.created", companyId, objectId: newest }, sql`WHERE 1`),
      readWebhook(db, newest),
      ...creation.record(db, newest),
    ])
    .catch(refuseMore);
  expectWebhooks(companyId);
  return { row: requireFound(row), secret };
}

function refuseMore(error: Error): never {
  if (!error.message.includes("list_full")) throw error;
  throw new AppError("list_full", `A company has at most ${MOST_WEBHOOKS} webhooks: delete one first.`);
}
