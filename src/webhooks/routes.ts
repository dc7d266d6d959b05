import { carryAfterAnswer } from "../audit/outbox/carry.ts";
import { originOf } from "../audit/record.ts";
import type { CompanyActor } from "../auth/actor.ts";
import { settingsOf } from "../env.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { loadById, rowPolicy } from "../http/policies/row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import type { Call } from "../http/request/call.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { requireConfirmedEmailIn } from "../user-accesses/grant/own-tree.ts";
import { createWebhook } from "./create-webhook.ts";
import { deleteWebhook } from "./delete-webhook.ts";
import { findWebhook, listWebhooks, MOST_WEBHOOKS } from "./queries.ts";
import { rotateSecret } from "./rotate-secret.ts";
import {
  CompanyParams,
  EXAMPLE_SECRET,
  exampleWebhook,
  NewWebhookAnswer,
  RotatedSecretAnswer,
  UpdateWebhookBody,
  WebhookAnswer,
  WebhookBody,
  WebhookParams,
  WebhooksAnswer,
  webhooksQuery,
} from "./schemas.ts";
import { updateWebhook } from "./update-webhook.ts";
import { viewWebhook } from "./view.ts";

const loadWebhook = loadById(findWebhook);

const tag = "Webhooks";

export const webhookRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/companies/{id}/webhooks",
      operationId: "createWebhook",
      summary: "Make a webhook",
      description:
        "From now on the address is told what changes in the company: a request for each event, signed as " +
        "[Standard Webhooks](https://www.standardwebhooks.com) has it, with ids and names of fields and nothing of a " +
        "person. The secret is in this answer and nowhere else; a repetition with the same `Idempotency-Key` gets the " +
        "webhook with `secret` `null`: rotate it. An event is sent once or more, and the body and `webhook-id` of " +
        "one event are always the same. [How to verify, and what is tried how often](/docs/integrating#webhooks). A " +
        `company has at most ${MOST_WEBHOOKS}.`,
      tag,
      access: tenantPolicy({ role: "manager", field: "id" }),
      limit: "create",
      shownOnce: true,
      request: { params: CompanyParams, body: WebhookBody },
      response: {
        status: 201,
        description: "The webhook, and its secret.",
        schema: NewWebhookAnswer,
        example: { webhook: exampleWebhook, secret: EXAMPLE_SECRET },
        headers: ["Location"],
      },
      errors: ["list_full", "email_not_confirmed"],
    },
    {
      async create({ call, actor, tenant, companyId, body, creation }) {
        await requireProof(call, actor, companyId);
        const where = { tenant, companyId };
        const made = await createWebhook(settingsOf(call.env), where, originOf(call, actor), body, creation);
        carryAfterAnswer(call, tenant.store);
        return made;
      },
      async find({ tenant }, id) {
        const row = await findWebhook(tenant, id);
        return row && { row, secret: null };
      },
      show({ call, companyId }, { row, secret }) {
        // Alone in its list, since a webhook has no address of its own to be read at.
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/webhooks?id_eq=${row.id}`);
        return { webhook: viewWebhook(row, call.now), secret };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}/webhooks",
      operationId: "listWebhooks",
      summary: "List the webhooks of a company",
      tag,
      access: tenantPolicy({ role: "manager", field: "id" }),
      request: { params: CompanyParams, query: webhooksQuery },
      response: {
        status: 200,
        description: "A page of webhooks, the newest first.",
        schema: WebhooksAnswer,
        example: {
          webhooks: [exampleWebhook],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, companyId, query }) => {
      const { rows, total } = await listWebhooks(tenant, companyId, query);
      return {
        webhooks: rows.map((row) => viewWebhook(row, call.now)),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "put",
      path: "/webhooks/{id}",
      operationId: "updateWebhook",
      summary: "Change a webhook, or switch it on or off",
      description:
        "What is not given stays. Switched on again, it goes on where it stopped: events wait in the feed for 30 days. " +
        "What waits to be sent goes to the new address. Other `events` count from those on that are not waiting yet.",
      tag,
      access: rowPolicy({ role: "manager", load: loadWebhook }),
      request: { params: WebhookParams, body: UpdateWebhookBody },
      response: {
        status: 200,
        description: "The webhook.",
        schema: WebhookAnswer,
        example: { webhook: exampleWebhook },
      },
      errors: ["email_not_confirmed"],
    },
    async ({ call, actor, tenant, row, body }) => {
      await requireProof(call, actor, row.companyId);
      const origin = originOf(call, actor);
      const after = await updateWebhook(settingsOf(call.env), tenant, origin, row, body);
      carryAfterAnswer(call, tenant.store);
      return { webhook: viewWebhook(after, call.now) };
    },
  ),
  route(
    {
      method: "delete",
      path: "/webhooks/{id}",
      operationId: "deleteWebhook",
      summary: "Delete a webhook",
      description: "Nothing more is sent, save what is on its way, and its deliveries are gone.",
      tag,
      access: rowPolicy({ role: "manager", load: loadWebhook }),
      request: { params: WebhookParams },
      response: { status: 204, description: "It is gone." },
    },
    async ({ call, actor, tenant, row }) => {
      await deleteWebhook(tenant, originOf(call, actor), row);
      carryAfterAnswer(call, tenant.store);
      return undefined;
    },
  ),
  route(
    {
      method: "post",
      path: "/webhooks/{id}/rotate_secret",
      operationId: "rotateWebhookSecret",
      summary: "Replace the secret of a webhook",
      description:
        "The new secret is in this answer and nowhere else. Those before it sign beside it for 24 hours: every request " +
        "bears a signature of each. If the answer is lost, ask again.",
      tag,
      access: rowPolicy({ role: "manager", load: loadWebhook }),
      limit: "create",
      request: { params: WebhookParams },
      response: {
        status: 200,
        description: "The webhook, and its new secret.",
        schema: RotatedSecretAnswer,
        example: {
          webhook: { ...exampleWebhook, previous_secret_until: "2026-02-18T21:54:09.000Z" },
          secret: EXAMPLE_SECRET,
        },
      },
      errors: ["list_full", "request_in_flight"],
    },
    async ({ call, actor, tenant, row }) => {
      const rotated = await rotateSecret(settingsOf(call.env), tenant, originOf(call, actor), row);
      carryAfterAnswer(call, tenant.store);
      return { webhook: viewWebhook(rotated.row, call.now), secret: rotated.secret };
    },
  ),
];

/** A webhook outlasts who made it, as a key does. @throws 403 for an account that proved nothing, in a tree of others. */
async function requireProof(call: Call, actor: CompanyActor, companyId: number): Promise<void> {
  if (actor.kind === "user") await requireConfirmedEmailIn(call.databases.directory, actor, companyId);
}
