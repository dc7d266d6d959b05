import { and, eq, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { webhookDeliveries, webhooks } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import { ONE, readPage } from "../../http/lists/read-page.ts";

const filterable = {
  id: webhookDeliveries.id,
  status: webhookDeliveries.status,
  event: webhookDeliveries.event,
  created_at: webhookDeliveries.createdAt,
};

const columns = {
  id: webhookDeliveries.id,
  webhookId: webhookDeliveries.webhookId,
  companyId: webhookDeliveries.companyId,
  eventId: webhookDeliveries.eventId,
  event: webhookDeliveries.event,
  objectId: webhookDeliveries.objectId,
  status: webhookDeliveries.status,
  nextAt: webhookDeliveries.nextAt,
  attempts: webhookDeliveries.attempts,
  body: webhookDeliveries.body,
  createdAt: webhookDeliveries.createdAt,
  endedAt: webhookDeliveries.endedAt,
};

/** The row that the view of a delivery is made of. */
export type DeliveryRow = NonNullable<Awaited<ReturnType<typeof findDelivery>>>;

/** A delivery of a webhook that is there. @returns `undefined` where the tenant has none. */
export function findDelivery(tenant: Tenant, id: number) {
  return tenant.db
    .select(columns)
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.id, id),
        ownedBy(tenant, webhookDeliveries.companyId),
        sql`EXISTS (SELECT 1 FROM ${webhooks} w
          WHERE w.id = ${webhookDeliveries.webhookId} AND w.deleted_at IS NULL)`,
      ),
    )
    .prepare()
    .get(ownedValues(tenant));
}

/** The same as a statement of the batch that changes it. */
export function readDelivery(db: LeadsDb, id: number) {
  return db.select(columns).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
}

/** A page of the deliveries of a webhook. */
export function listDeliveries(tenant: Tenant, webhookId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select(columns).from(webhookDeliveries),
    counted: tenant.db.select(ONE).from(webhookDeliveries),
    where: [eq(webhookDeliveries.webhookId, webhookId)],
  });
}
