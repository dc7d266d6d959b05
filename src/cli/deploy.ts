import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEPLOYED, type Deployed } from "./config/deployed.ts";
import { spawnWrangler } from "./config/wrangler.ts";
import { exitWithError } from "./fail.ts";
import { ROOT } from "./root.ts";

/**
 * `npm run deploy -- --env ENVIRONMENT`: uploads the Worker, once its environment is named and complete. Other
 * arguments go to `wrangler deploy`; with `--dry-run` it bundles and uploads nothing.
 */
const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  options: { env: { type: "string", short: "e" }, "dry-run": { type: "boolean", default: false } },
  strict: false,
});
const environment = DEPLOYED.find((name) => name === (values.env ?? process.env.CLOUDFLARE_ENV));
const problems = environment ? await problemsOf(environment, values["dry-run"] === true) : [howToName()];
if (problems.length > 0) exitWithError(new Error(problems.join("\n")));

const named = values.env === undefined ? ["--env", `${environment}`] : [];
const child = spawnWrangler(["deploy", ...named, ...args], { stdio: "inherit" });
child.on("close", (code) => process.exit(code ?? 1));

async function problemsOf(environment: Deployed, dry: boolean): Promise<string[]> {
  // What reads the configuration takes longer to load than all else here.
  const { environmentProblems, placeholders } = await import("./config/environments.ts");
  const file = join(ROOT, "wrangler.toml");
  return [...environmentProblems(file), ...(dry ? [] : placeholders(file, environment))];
}

function howToName(): string {
  return `Say where to deploy: npm run deploy -- --env ${DEPLOYED.join(", or --env ")}. Nothing was uploaded.`;
}
