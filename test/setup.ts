import { applyD1Migrations, env } from "cloudflare:test";
import { provisionStore } from "../src/db/leads/provision.ts";

await applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS);
for (const [number, store] of [env.LEADS_0, env.LEADS_1].entries()) {
  await applyD1Migrations(store, env.LEADS_MIGRATIONS);
  await provisionStore(store, number);
}
