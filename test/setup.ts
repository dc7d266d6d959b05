import { applyD1Migrations, env } from "cloudflare:test";
import { afterAll } from "vitest";
import { provisionStore } from "../src/db/leads/provision.ts";
import { emptyBucket } from "./harness/databases/empty-bucket.ts";
import { emptyDatabases } from "./harness/databases/empty-databases.ts";
import { firstIds } from "./harness/databases/first-ids.ts";
import { explainStatements, recordStatements } from "./harness/databases/plans.ts";
import { keepEntry } from "./harness/runtime/kept-entry.ts";

// Files share a runtime, since starting one costs more than most files do; each finds empty databases and no object.
await Promise.all([emptyDatabases([env.DIRECTORY, env.LEADS_0, env.LEADS_1]), emptyBucket(env.FILES)]);
await Promise.all([
  applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS),
  ...[env.LEADS_0, env.LEADS_1].map(async (store, number) => {
    await applyD1Migrations(store, env.LEADS_MIGRATIONS);
    await provisionStore(store, number);
  }),
]);
await env.DIRECTORY.batch(firstIds().map((sql) => env.DIRECTORY.prepare(sql)));

keepEntry();
recordStatements();

// However the suite is run, each file answers for the statements that no file before it made the product send.
afterAll(async () => {
  const { statements, scans } = await explainStatements([env.DIRECTORY, env.LEADS_0]);
  if (statements.length === 0) return;
  await env.PLANS.fetch("http://plans/", { method: "POST", body: JSON.stringify({ statements, scans }) });
  if (scans.length > 0) {
    const all = scans
      .map(({ sql, steps }) => `${steps.join("; ")}\n  in ${sql.replace(/\s+/g, " ")}`)
      .join("\n");
    throw new Error(`Statements that scan a table which grows (test/harness/databases/plans.ts):\n${all}`);
  }
}, 120_000);
