import { env } from "cloudflare:test";
import type { Scenario, World } from "./scenarios.ts";

/** API keys. */
export const KEY_SCENARIOS: Record<string, (world: World) => Scenario> = {
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
