import { settingsOf } from "../../env.ts";
import { linkPage } from "../../http/lists/pagination.ts";
import { loadById, rowPolicy } from "../../http/policies/row.ts";
import { type Route, route } from "../../http/route.ts";
import { findWebhook } from "../queries.ts";
import { pingBody } from "../request/body.ts";
import { notSent, TIMEOUT_MS } from "../request/post.ts";
import { sendAll } from "../request/send.ts";
import { WebhookParams } from "../schemas.ts";
import { findDelivery, listDeliveries } from "./queries.ts";
import { REDELIVERED_AT_ONCE, redeliver, redeliverFailed } from "./redeliver.ts";
import {
  DeliveriesAnswer,
  DeliveryAnswer,
  DeliveryParams,
  deliveriesQuery,
  exampleDelivery,
  PingAnswer,
  RedeliverAnswer,
  RedeliverBody,
} from "./schemas.ts";
import { viewDelivery, viewPing } from "./view.ts";

const tag = "Webhooks";
const access = rowPolicy({ role: "manager", load: loadById(findWebhook) });

export const deliveryRoutes: Route[] = [
  route(
    {
      method: "post",
      path: "/webhooks/{id}/ping",
      operationId: "pingWebhook",
      summary: "Send a test to a webhook",
      description:
        "Sends `webhook.ping` at once, signed like any event, and says what came of it. It is sent this once, is in no " +
        "list, and changes nothing; also to a webhook that is switched off.",
      tag,
      access,
      limit: "create",
      request: { params: WebhookParams },
      response: {
        status: 200,
        description: "What came of it.",
        schema: PingAnswer,
        example: { ping: { delivered: true, status_code: 204, error: null, answer: "", duration_ms: 62 } },
      },
    },
    async ({ call, row }) => {
      const { now } = call;
      const eventId = `ping-${crypto.randomUUID()}`;
      const message = { eventId, body: pingBody(row.companyId, row.id, eventId, now) };
      const ports = { settings: settingsOf(call.env), now: () => now, timeout: TIMEOUT_MS };
      const [attempt = notSent("connection_failed", now)] = await sendAll(ports, row, [message]);
      return { ping: viewPing(attempt) };
    },
  ),
  route(
    {
      method: "get",
      path: "/webhooks/{id}/deliveries",
      operationId: "listWebhookDeliveries",
      summary: "List what was sent to a webhook",
      description:
        "Events that are on their way, and those that arrived or were given up, for 30 days: each with what was sent " +
        "and what came of each try. Events that are still in the feed alone are not here yet.",
      tag,
      access,
      request: { params: WebhookParams, query: deliveriesQuery },
      response: {
        status: 200,
        description: "A page of deliveries, the newest first.",
        schema: DeliveriesAnswer,
        example: {
          deliveries: [exampleDelivery],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    {
      early: ({ params: { id }, query, tenantOf }) => listDeliveries(tenantOf(id), id, query),
      handle: async ({ call, query, read: { rows, total } }) => ({
        deliveries: rows.map(viewDelivery),
        meta: linkPage(call, query, total),
      }),
    },
  ),
  route(
    {
      method: "post",
      path: "/webhooks/{id}/redeliver",
      operationId: "redeliverFailedDeliveries",
      summary: "Send again what was given up",
      description:
        `Up to ${REDELIVERED_AT_ONCE} deliveries that failed since a time, in the order of a lead's events, and tried ` +
        "for three days again. Where the webhook is switched off, they wait until it is on.",
      tag,
      access,
      request: { params: WebhookParams, body: RedeliverBody },
      response: {
        status: 200,
        description: "How many are sent again.",
        schema: RedeliverAnswer,
        example: { redelivered: 12, has_more: false },
      },
    },
    async ({ call, tenant, row, body }) => {
      const redelivered = await redeliverFailed(tenant, row.id, Date.parse(body.since), call.now);
      return { redelivered, has_more: redelivered === REDELIVERED_AT_ONCE };
    },
  ),
  route(
    {
      method: "post",
      path: "/deliveries/{id}/redeliver",
      operationId: "redeliverDelivery",
      summary: "Send an event again",
      description:
        "As it was, with the same `webhook-id`, whatever came of it before; tried at once, and for three days again. " +
        "Later events of its lead wait for it.",
      tag,
      access: rowPolicy({ role: "manager", load: loadById(findDelivery) }),
      request: { params: DeliveryParams },
      response: {
        status: 200,
        description: "The delivery, which is pending.",
        schema: DeliveryAnswer,
        example: { delivery: exampleDelivery },
      },
    },
    async ({ call, tenant, row }) => ({ delivery: viewDelivery(await redeliver(tenant, row, call.now)) }),
  ),
];
