import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { generateSecrets } from "../src/cli/secrets.ts";
import { BAD_INPUT_BINDINGS } from "./bad-input/bindings.ts";

const root = join(import.meta.dirname, "..");

export default defineConfig(async () => ({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          ...(await generateSecrets()),
          ...BAD_INPUT_BINDINGS,
          LOG_REQUESTS: "off",
          TIMING: process.env.TIMING ?? "",
          MODEL_SEQUENCES: process.env.MODEL_SEQUENCES ?? "",
          MODEL_SEED: process.env.MODEL_SEED ?? "",
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
