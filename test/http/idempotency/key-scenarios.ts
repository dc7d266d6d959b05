import { env } from "cloudflare:test";
import { createCompany, createUser } from "../../harness/factories.ts";
import type { Scenario, World } from "./scenarios.ts";

/** API keys, links for imports, leads by their own keys, and webhooks. */
export const KEY_SCENARIOS: Record<string, (world: World) => Scenario | Promise<Scenario>> = {
  putLeads: ({ company, owner }) => {
    const id = crypto.randomUUID();
    return {
      path: `/companies/${company.id}/leads/batch`,
      asked: {
        method: "PUT",
        token: owner.token,
        // Done twice there would be two.
        json: {
          match_by: ["external_id"],
          on_duplicate: "create",
          leads: [{ external_id: id, city: id }, { external_id: id }, { city: id }],
        },
      },
      async count() {
        const made = company.database.prepare("SELECT count(*) AS n FROM leads WHERE city = ?").bind(id);
        return (await made.first<{ n: number }>())?.n ?? 0;
      },
    };
  },
  createApiKey: ({ company, owner }) => {
    const name = crypto.randomUUID();
    return {
      path: `/companies/${company.id}/api_keys`,
      asked: { method: "POST", token: owner.token, json: { name, role: "viewer" } },
      async count() {
        const made = env.DIRECTORY.prepare("SELECT count(*) AS n FROM api_keys WHERE name = ?").bind(name);
        return (await made.first<{ n: number }>())?.n ?? 0;
      },
    };
  },
  createWebhook: async () => {
    // A company has few.
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const url = `https://hooks.example.com/${crypto.randomUUID()}`;
    return {
      path: `/companies/${company.id}/webhooks`,
      asked: { method: "POST", token: owner.token, json: { url, events: ["lead.created"] } },
      async count() {
        const made = company.database.prepare("SELECT count(*) AS n FROM webhooks WHERE url = ?").bind(url);
        return (await made.first<{ n: number }>())?.n ?? 0;
      },
    };
  },
  createImportLink: ({ company, owner }) => {
    const name = crypto.randomUUID();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return {
      path: `/companies/${company.id}/import_links`,
      asked: {
        method: "POST",
        token: owner.token,
        json: { name, allowed_origin: "https://shop.example.com", expires_at },
      },
      async count() {
        const made = env.DIRECTORY.prepare("SELECT count(*) AS n FROM api_keys WHERE name = ?").bind(name);
        return (await made.first<{ n: number }>())?.n ?? 0;
      },
    };
  },
};
