import { env } from "cloudflare:test";
import type { Scenario, World } from "./scenarios.ts";

/** API keys, and leads by their own keys. */
export const KEY_SCENARIOS: Record<string, (world: World) => Scenario> = {
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
};
