import { applyD1Migrations, env } from "cloudflare:test";
import { afterAll } from "vitest";
import { provisionStore } from "../src/db/leads/provision.ts";
import { findScans, readTables, recordStatements } from "./harness/plans.ts";

await applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS);
for (const [number, store] of [env.LEADS_0, env.LEADS_1].entries()) {
  await applyD1Migrations(store, env.LEADS_MIGRATIONS);
  await provisionStore(store, number);
}

const databases = [env.DIRECTORY, env.LEADS_0];
recordStatements();

// However the suite is run, each file answers for the statements that it made the product send.
afterAll(async () => {
  await readTables(databases);
  const { statements, scans } = await findScans(databases);
  await env.PLANS.fetch("http://plans/", { method: "POST", body: JSON.stringify({ statements, scans }) });
  if (scans.length > 0) {
    const all = scans
      .map(({ sql, steps }) => `${steps.join("; ")}\n  in ${sql.replace(/\s+/g, " ")}`)
      .join("\n");
    throw new Error(`Statements that scan a table which grows (test/harness/plans.ts):\n${all}`);
  }
}, 120_000);
