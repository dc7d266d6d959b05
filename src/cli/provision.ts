import { parseArgs } from "node:util";
import { provisionStatements } from "../db/leads/provision.ts";
import { TARGET_OPTIONS, targetArgs } from "./config/target.ts";
import { runWrangler } from "./config/wrangler.ts";
import { exitWithError } from "./fail.ts";

/** `npm run provision`: gives a new lead store its range of ids, between its migrations and its first row. */
try {
  const { values } = parseArgs({ options: { store: { type: "string" }, ...TARGET_OPTIONS } });
  if (!/^\d{1,3}$/.test(values.store ?? ""))
    throw new Error("Name the store by its number: --store 1 for LEADS_1.");
  const number = Number(values.store);
  const command = provisionStatements(number).join("; ");
  await runWrangler([
    "d1",
    "execute",
    `LEADS_${number}`,
    "--command",
    command,
    "--yes",
    ...targetArgs(values),
  ]);
  console.log(`LEADS_${number} has its range of ids.`);
} catch (error) {
  exitWithError(error);
}
