import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addStore } from "./config/add-store.ts";
import { DEPLOYED } from "./config/deployed.ts";
import { environmentProblems } from "./config/environments.ts";
import { exitWithError } from "./fail.ts";
import { ROOT } from "./root.ts";

/** `npm run store:add`: binds one more lead store in every environment, and says what is left to do. */
try {
  const file = join(ROOT, "wrangler.toml");
  const before = readFileSync(file, "utf8");
  const { toml, binding, names } = addStore(before);
  writeFileSync(file, toml);
  const problems = environmentProblems(file);
  if (problems.length > 0) {
    writeFileSync(file, before);
    throw new Error(`${problems.join("\n")}\nwrangler.toml was left as it was.`);
  }
  const types = spawnSync("npm", ["run", "--silent", "types:worker"], { cwd: ROOT, encoding: "utf8" });
  if (types.status !== 0) throw new Error(`npm run types:worker failed:\n${types.stderr}${types.stdout}`);
  console.log(`wrangler.toml has ${binding} in ${names.length} environments: ${names.join(", ")}.
src/worker-configuration.d.ts knows it. \`npm run dev\` makes the local one.

For each environment that is deployed, before the next \`npm run deploy\`:
${DEPLOYED.map((name) => steps(name, binding)).join("\n")}
New root companies go to the store that has the fewest; nothing moves a company from one store to another.`);
} catch (error) {
  exitWithError(error);
}

function steps(environment: string, binding: string): string {
  const store = binding.replace("LEADS_", "");
  return `
  npx wrangler d1 create leadsy-${environment}-leads-${store}    # paste its id into [[env.${environment}.d1_databases]]
  npx wrangler d1 migrations apply ${binding} --env ${environment} --remote
  npm run provision -- --store ${store} --env ${environment} --remote
`;
}
