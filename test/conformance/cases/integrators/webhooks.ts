import { createDelivery, createWebhook } from "../../../harness/accounts/webhooks.ts";
import type { Case } from "../case.ts";
import { get, post, put, remove } from "../requests.ts";

const url = "https://hooks.example.com/leads";

export const WEBHOOK_CASES: Record<string, Case[]> = {
  "POST /companies/{id}/webhooks": [
    {
      access: "company manager",
      about: ({ company, word }) =>
        post(`/companies/${company.id}/webhooks`, { url, events: ["lead.created"], description: word }),
    },
  ],
  "GET /companies/{id}/webhooks": [
    {
      access: "company manager",
      about: async ({ company, word }) => {
        await createWebhook(company, { description: word });
        return get(`/companies/${company.id}/webhooks?limit=100`);
      },
      across: async (own, other) => {
        const { id } = await createWebhook(other.company, { description: other.word });
        const path = `/companies/${own.company.id}/webhooks?id_eq=${id}`;
        return [{ what: "the other's webhook", ask: get(path), status: 200 }];
      },
    },
  ],
  "PUT /webhooks/{id}": [
    {
      access: "company manager",
      about: async ({ company, word }) =>
        put(`/webhooks/${(await createWebhook(company)).id}`, { description: word, status: "active" }),
    },
  ],
  "DELETE /webhooks/{id}": [
    {
      access: "company manager",
      about: async ({ company }) => remove(`/webhooks/${(await createWebhook(company)).id}`),
    },
  ],
  "POST /webhooks/{id}/rotate_secret": [
    {
      access: "company manager",
      about: async ({ company }) => post(`/webhooks/${(await createWebhook(company)).id}/rotate_secret`),
    },
  ],
  "POST /webhooks/{id}/ping": [
    {
      access: "company manager",
      // Nobody is told: what leads nowhere is an answer, too.
      about: async ({ company }) =>
        post(`/webhooks/${(await createWebhook(company, { url: "https://10.0.0.1/" })).id}/ping`),
    },
  ],
  "GET /webhooks/{id}/deliveries": [
    {
      access: "company manager",
      about: async ({ company, word }) => {
        const webhook = await createWebhook(company);
        await createDelivery(company, webhook.id, { body: JSON.stringify({ word }) });
        return get(`/webhooks/${webhook.id}/deliveries`);
      },
    },
  ],
  "POST /webhooks/{id}/redeliver": [
    {
      access: "company manager",
      about: async ({ company }) =>
        post(`/webhooks/${(await createWebhook(company)).id}/redeliver`, {
          since: "2026-01-01T00:00:00.000Z",
        }),
    },
  ],
  "POST /deliveries/{id}/redeliver": [
    {
      access: "company manager",
      about: async ({ company, word }) => {
        const webhook = await createWebhook(company, { switchedOffAt: 1, switchedOffReason: "by_hand" });
        const { id } = await createDelivery(company, webhook.id, { body: JSON.stringify({ word }) });
        return post(`/deliveries/${id}/redeliver`);
      },
    },
  ],
};
