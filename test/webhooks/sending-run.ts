import { createMessageBatch, env } from "cloudflare:test";
import type { WebhookMessage } from "../../src/jobs/message.ts";
import { consumeWebhooks } from "../../src/webhooks/sending/consume-webhooks.ts";
import type { TestCompany } from "../harness/factories.ts";
import { ENDLESS } from "../harness/import-run.ts";

/** The environment without the queue of webhooks: the test delivers. */
export const quiet = (bindings: Env = env) =>
  ({ ...bindings, WEBHOOKS: { send: async () => {} } }) as unknown as Env;

type Options = Parameters<typeof consumeWebhooks>[2] & { env?: Env };

/** Delivers a message of a webhook to its consumer once. */
export async function runWebhook(
  { store }: TestCompany,
  webhookId: number,
  { env: bindings = quiet(), ...options }: Options = {},
): Promise<void> {
  const batch = createMessageBatch<WebhookMessage>("leadsy-webhooks", [
    {
      id: crypto.randomUUID(),
      timestamp: new Date(),
      attempts: 1,
      body: { kind: "webhook", store, webhook_id: webhookId },
    },
  ]);
  await consumeWebhooks(batch, bindings, { newSlice: () => ENDLESS, random: () => 0, ...options });
}

/** Writes events of leads into a company's feed, as changes of them would, in the order of the list. */
export async function writeEvents({ id, database }: TestCompany, leadIds: readonly number[]): Promise<void> {
  await database
    .prepare(
      `INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at)
       SELECT ?1, (SELECT coalesce(max(id), 0) FROM events WHERE company_id = ?1) + 1 + key, 'lead.updated', value,
         'system', NULL, '{"changed":["city"]}', 1 FROM json_each(?2)`,
    )
    .bind(id, JSON.stringify(leadIds))
    .run();
}

/** All deliveries of a webhook, in order. */
export async function deliveriesOf({ database }: TestCompany, webhookId: number) {
  const { results } = await database
    .prepare("SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY id")
    .bind(webhookId)
    .all<{
      id: number;
      event_id: string;
      object_id: number;
      status: string;
      next_at: number;
      tries: number;
      attempts: string;
      body: string;
    }>();
  return results;
}

/** The row of a webhook. */
export async function webhookRow({ database }: TestCompany, id: number) {
  const row = await database
    .prepare("SELECT * FROM webhooks WHERE id = ?")
    .bind(id)
    .first<Record<string, number | string | null>>();
  if (!row) throw new Error("no webhook");
  return row;
}
