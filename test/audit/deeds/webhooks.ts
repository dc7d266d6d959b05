import { createWebhook } from "../../harness/accounts/webhooks.ts";
import type { Deeds } from "./deed.ts";
import { company, owned, owner, post, put, remove } from "./surroundings.ts";

/** Where a company is told what changed. */
export const WEBHOOK_DEEDS: Deeds = {
  "POST /companies/{id}/webhooks": {
    "making a webhook": async () => ({
      ...post(`/companies/${company.id}/webhooks`, owner, {
        url: "https://zwiebel.example.com/hooks",
        events: ["lead.created"],
        description: "Quirina's program",
      }),
      told: ({ webhook }) => [owned("webhook.created", webhook.id)],
    }),
  },
  "PUT /webhooks/{id}": {
    "switching a webhook off": async () => {
      const { id } = await createWebhook(company);
      return {
        ...put(`/webhooks/${id}`, owner, { status: "switched_off", description: "Quirina's program" }),
        told: () => [owned("webhook.updated", id)],
      };
    },
  },
  "DELETE /webhooks/{id}": {
    "deleting a webhook": async () => {
      const { id } = await createWebhook(company);
      return { ...remove(`/webhooks/${id}`, owner), told: () => [owned("webhook.deleted", id)] };
    },
  },
  "POST /webhooks/{id}/rotate_secret": {
    "replacing the secret of a webhook": async () => {
      const { id } = await createWebhook(company);
      return {
        ...post(`/webhooks/${id}/rotate_secret`, owner),
        told: () => [owned("webhook.secret_rotated", id)],
      };
    },
  },
};
