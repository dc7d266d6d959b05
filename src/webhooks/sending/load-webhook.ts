import { and, eq, isNull, sql } from "drizzle-orm";
import { webhooks } from "../../db/leads/schema.ts";
import { acquire, isFree } from "../../jobs/lease.ts";
import type { SendingPorts } from "./ports.ts";

const columns = {
  id: webhooks.id,
  companyId: webhooks.companyId,
  url: webhooks.url,
  events: webhooks.events,
  secrets: webhooks.secrets,
  cursorRow: webhooks.cursorRow,
  cursorObject: webhooks.cursorObject,
  cursorType: webhooks.cursorType,
  failedRuns: webhooks.failedRuns,
};

/** A webhook that is being sent to. */
export type LeasedWebhook = Awaited<ReturnType<typeof leaseWebhook>> & object;

/** Takes the lease of a webhook that is at work. @returns `undefined` where somebody has it, it rests, or it is off. */
export async function leaseWebhook({ tenant, lease, now }: SendingPorts, id: number) {
  const [row] = await tenant.db
    .update(webhooks)
    .set(acquire(lease, now()))
    .where(
      and(
        eq(webhooks.id, id),
        isNull(webhooks.switchedOffAt),
        isNull(webhooks.deletedAt),
        sql`coalesce(${webhooks.restUntil}, 0) <= ${now()}`,
        isFree(webhooks, lease, now()),
      ),
    )
    .returning(columns);
  return row;
}

/** What was changed by hand since the lease was taken counts for what is sent from now on. */
export async function reloadWebhook({ tenant, lease }: SendingPorts, id: number) {
  return tenant.db
    .select(columns)
    .from(webhooks)
    .where(
      and(
        eq(webhooks.id, id),
        eq(webhooks.leaseId, lease.id),
        isNull(webhooks.switchedOffAt),
        isNull(webhooks.deletedAt),
      ),
    )
    .get();
}
