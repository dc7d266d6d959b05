import { env } from "cloudflare:test";
import { afterAll } from "vitest";
import { explainStatements, recordStatements } from "./harness/databases/plans.ts";
import { prepareDatabases } from "./harness/databases/prepare-databases.ts";
import { drainChecked } from "./harness/document/checked.ts";
import { keepEntry } from "./harness/runtime/kept-entry.ts";

// Files share a runtime, since starting one costs more than most files do.
await prepareDatabases();
keepEntry();
recordStatements();

// However the suite is run, each file answers for the statements that no file before it made the product send.
afterAll(async () => {
  const { statements, scans } = await explainStatements([env.DIRECTORY, env.LEADS_0]);
  const checked = drainChecked();
  if (statements.length === 0 && checked.answers === 0) return;
  const body = JSON.stringify({ statements, scans, checked });
  await env.PLANS.fetch("http://plans/", { method: "POST", body });
  if (scans.length > 0) {
    const all = scans
      .map(({ sql, steps }) => `${steps.join("; ")}\n  in ${sql.replace(/\s+/g, " ")}`)
      .join("\n");
    throw new Error(`Statements that scan a table which grows (test/harness/databases/plans.ts):\n${all}`);
  }
}, 120_000);
