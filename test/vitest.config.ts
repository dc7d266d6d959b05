import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { generateSecrets } from "../src/cli/config/secrets.ts";
import { BAD_INPUT_BINDINGS } from "./bad-input/bindings.ts";

/** Where each file says what statements it saw, a line a file; `test/run.ts` counts them. */
const plans = join(import.meta.dirname, "../.build/plans.ndjson");

async function keepPlans(request: { text(): Promise<string> }) {
  appendFileSync(plans, `${await request.text()}\n`);
  return new Response(null, { status: 204 });
}

const root = join(import.meta.dirname, "..");

export default defineConfig(async () => ({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        serviceBindings: { PLANS: keepPlans },
        bindings: {
          ...(await generateSecrets()),
          ...BAD_INPUT_BINDINGS,
          LOG_REQUESTS: "off",
          EXPORT_LEADS: process.env.EXPORT_LEADS ?? "",
          TIMING: process.env.TIMING ?? "",
          MODEL_SEQUENCES: process.env.MODEL_SEQUENCES ?? "",
          MODEL_SEED: process.env.MODEL_SEED ?? "",
          IDENTITY_FILES: process.env.IDENTITY_FILES ?? "",
          DIRECTORY_MIGRATIONS: await readD1Migrations(`${root}/migrations/directory`),
          LEADS_MIGRATIONS: await readD1Migrations(`${root}/migrations/leads`),
        },
      },
    }),
  ],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.node.test.ts", "**/node_modules/**"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
}));
