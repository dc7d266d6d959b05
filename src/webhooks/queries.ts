import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../db/clients.ts";
import { webhooks } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";

/** The most webhooks of a company; the trigger `webhooks_at_most` has the same figure. */
export const MOST_WEBHOOKS = 20;

const filterable = { id: webhooks.id, created_at: webhooks.createdAt };

const columns = {
  id: webhooks.id,
  companyId: webhooks.companyId,
  url: webhooks.url,
  description: webhooks.description,
  events: webhooks.events,
  secrets: webhooks.secrets,
  createdAt: webhooks.createdAt,
  updatedAt: webhooks.updatedAt,
  failingSince: webhooks.failingSince,
  switchedOffAt: webhooks.switchedOffAt,
  switchedOffReason: webhooks.switchedOffReason,
};

/** The row that the view of a webhook is made of. */
export type WebhookRow = NonNullable<Awaited<ReturnType<typeof findWebhook>>>;

/** A webhook. @returns `undefined` where the tenant has none. */
export function findWebhook(tenant: Tenant, id: number) {
  return tenant.db
    .select(columns)
    .from(webhooks)
    .where(and(eq(webhooks.id, id), isNull(webhooks.deletedAt), ownedBy(tenant, webhooks.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A webhook as a statement of the batch that changes it. @param id an expression where it is known only within it. */
export function readWebhook(db: LeadsDb, id: number | SQL) {
  return db
    .select(columns)
    .from(webhooks)
    .where(and(sql`${webhooks.id} = ${id}`, isNull(webhooks.deletedAt)));
}

/** A page of the webhooks of a company. */
export function listWebhooks(tenant: Tenant, companyId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select(columns).from(webhooks),
    counted: tenant.db.select(ONE).from(webhooks),
    where: [eq(webhooks.companyId, companyId), isNull(webhooks.deletedAt)],
  });
}

/** The condition of statements that change a webhook: nobody has deleted it meanwhile. */
export function isThere({ id, companyId }: Pick<WebhookRow, "id" | "companyId">): SQL | undefined {
  return and(eq(webhooks.id, id), eq(webhooks.companyId, companyId), isNull(webhooks.deletedAt));
}
