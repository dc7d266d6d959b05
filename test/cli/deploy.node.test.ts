import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOCAL_ONLY } from "../../src/cli/config/wrangler.ts";
import { ROOT } from "../../src/cli/root.ts";

/** A command in this repository, without an account to deploy to. */
function run(command: string[], env: Record<string, string> = {}) {
  const [file = "", ...args] = command;
  const { CLOUDFLARE_ENV: _, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...inherited, ...LOCAL_ONLY, CLOUDFLARE_API_TOKEN: "none", ...env },
  });
  return { status, output: `${stdout}${stderr}` };
}

const deploy = (args: string[], env = {}) =>
  run([process.execPath, join(ROOT, "src/cli/deploy.ts"), ...args], env);
const wrangler = (...args: string[]) =>
  run([process.execPath, join(ROOT, "node_modules/wrangler/wrangler-dist/cli.js"), ...args]);

describe("npm run deploy", () => {
  test.each([
    ["no environment", [], {}],
    ["no environment, and --dry-run", ["--dry-run"], {}],
    ["the local one", ["--env", ""], {}],
    ["an environment that is not there", ["--env", "live"], {}],
    ["the same in a variable", [], { CLOUDFLARE_ENV: "local" }],
  ])("refuses %s, and says what to do", (_, args, env) => {
    const { status, output } = deploy(args, env);
    expect(status).toBe(1);
    expect(output).toContain("npm run deploy -- --env staging, or --env production. Nothing was uploaded.");
  });

  test("refuses what still has the placeholders of this repository, and names each", () => {
    const { status, output } = deploy(["--env", "production"]);
    expect(status).toBe(1);
    for (const name of ["DIRECTORY", "LEADS_0", "LEADS_1"])
      expect(output).toContain(`${name} has no database`);
    for (const name of ["PUBLIC_URL", "CORS_ORIGINS", "APP_URL", "MAIL_FROM"]) {
      expect(output).toContain(`${name} is still`);
    }
  });

  test.each(["staging", "production"])("bundles %s with what is its own", (environment) => {
    const { status, output } = deploy(["--env", environment, "--dry-run"]);
    expect(output).toContain(`env.ENVIRONMENT ("${environment}")`);
    expect(output).toContain(`env.DIRECTORY (leadsy-${environment}-directory)`);
    expect(status).toBe(0);
  });
});

describe("wrangler itself", () => {
  test.each(["deploy", "versions upload"])("refuses to %s without an environment", (command) => {
    const { status, output } = wrangler(...command.split(" "));
    expect(status).toBe(1);
    expect(output).toContain("would upload the local installation");
  });
});
