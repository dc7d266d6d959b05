import { tryCarryAuditEvents } from "../../audit/outbox/carry.ts";
import { idempotent } from "../../db/client.ts";
import { openDatabases } from "../../db/clients.ts";
import { mintTenant } from "../../db/leads/tenant.ts";
import { settingsOf } from "../../env.ts";
import { newLease } from "../../jobs/lease.ts";
import type { WebhookMessage } from "../../jobs/message.ts";
import { openSlice, type Slice } from "../../jobs/slice.ts";
import { describeError, log } from "../../log.ts";
import { TIMEOUT_MS } from "../request/post.ts";
import { advanceWebhook } from "./advance-webhook.ts";
import type { SendingPorts } from "./ports.ts";
import { sendWebhookMessage } from "./request-sending.ts";

interface ConsumerOptions extends Partial<Pick<SendingPorts, "now" | "random" | "timeout">> {
  newSlice?: () => Slice;
  leaseMs?: number;
}

/** Consumes messages of webhooks: each is sent to for one slice, and goes on with a message of its own. */
export async function consumeWebhooks(
  batch: MessageBatch<WebhookMessage>,
  env: Env,
  { newSlice, leaseMs, now = Date.now, random = Math.random, timeout = TIMEOUT_MS }: ConsumerOptions = {},
): Promise<void> {
  for (const message of batch.messages) {
    const { store, webhook_id: id } = message.body;
    const databases = openDatabases(env, { for: "job" });
    message.ack();
    if (!(store < databases.stores)) continue;
    const tenant = mintTenant(store, idempotent(databases.leads(store)), "all");
    const settings = settingsOf(env);
    const ports = { databases, tenant, settings, lease: newLease(leaseMs), now, random, timeout };
    try {
      const next = await advanceWebhook(ports, id, newSlice?.() ?? openSlice(databases.budget));
      if (next !== null) await sendWebhookMessage(env, store, id, next - now());
      await tryCarryAuditEvents(env, databases, store);
    } catch (error) {
      // Its lease ends, and the cron finds it.
      log("error", "webhook.run_failed", { webhook_id: id, ...describeError(error) });
    }
  }
}
