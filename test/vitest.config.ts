import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { generateSecrets } from "../src/cli/config/secrets.ts";
import { BAD_INPUT_BINDINGS } from "./bad-input/cases/bindings.ts";
import { startReceivers } from "./harness/receiver/server.ts";
import { LONGEST_TEST_MS } from "./harness/runtime/longest-test.ts";
import { PATIENCE_MS } from "./harness/runtime/patience.ts";
import { tellProcessorTime } from "./harness/runtime/processor-clock.ts";
import { DIRECT_BUCKET } from "./imports/upload/direct/bucket.ts";
import { testReporters } from "./results-reporter.ts";
import { dropRuntimeNoise } from "./runtime-noise.ts";
import { SlowestFirst } from "./sequencer.ts";

/** Where each file says what statements it saw, a line a file; `test/run.ts` counts them. */
const plans = join(import.meta.dirname, "../.build/plans.ndjson");

async function keepPlans(request: { text(): Promise<string> }) {
  appendFileSync(plans, `${await request.text()}\n`);
  return new Response(null, { status: 204 });
}

const root = join(import.meta.dirname, "..");

dropRuntimeNoise();

/** The time of a sign-in is judged at the cost that it has in production. */
const scryptCost = process.env.TIMING ? [] : [join(import.meta.dirname, "harness/runtime/scrypt-cost.ts")];

export default defineConfig(async () => ({
  root,
  resolve: {
    alias: scryptCost.map((replacement) => ({ find: /^.*\/scrypt-cost\.ts$/, replacement })),
  },
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        serviceBindings: { PLANS: keepPlans, PROCESSOR: tellProcessorTime },
        bindings: {
          ...(await generateSecrets()),
          ...BAD_INPUT_BINDINGS,
          ...DIRECT_BUCKET,
          LOG_REQUESTS: "off",
          RECEIVERS: await startReceivers(),
          WEBHOOK_EVENTS: process.env.WEBHOOK_EVENTS ?? "",
          EXPORT_LEADS: process.env.EXPORT_LEADS ?? "",
          TIMING: process.env.TIMING ?? "",
          THOROUGH: process.env.THOROUGH ?? "",
          CONFORMANCE: process.env.CONFORMANCE ?? "",
          MODEL_SEQUENCES: process.env.MODEL_SEQUENCES ?? "",
          MODEL_SEED: process.env.MODEL_SEED ?? "",
          IDENTITY_FILES: process.env.IDENTITY_FILES ?? "",
          COPY_SEQUENCES: process.env.COPY_SEQUENCES ?? "",
          ONE_BY_ONE_FILES: process.env.ONE_BY_ONE_FILES ?? "",
          FEED_OPERATIONS: process.env.FEED_OPERATIONS ?? "",
          FEED_SEED: process.env.FEED_SEED ?? "",
          UNDO_SEQUENCES: process.env.UNDO_SEQUENCES ?? "",
          DEPTH: process.env.DEPTH ?? "",
          DEPTH_TRAIL: process.env.DEPTH_TRAIL ?? "",
          REVOCATION_TURNS: process.env.REVOCATION_TURNS ?? "",
          RESENT_RECORDS: process.env.RESENT_RECORDS ?? "",
          UNDO_LEADS: process.env.UNDO_LEADS ?? "",
          DRY_RUN_RECORDS: process.env.DRY_RUN_RECORDS ?? "",
          IMPORT_SEQUENCES: process.env.IMPORT_SEQUENCES ?? "",
          IMPORT_SEED: process.env.IMPORT_SEED ?? "",
          DIRECTORY_MIGRATIONS: await readD1Migrations(`${root}/migrations/directory`),
          LEADS_MIGRATIONS: await readD1Migrations(`${root}/migrations/leads`),
        },
      },
    }),
  ],
  test: {
    reporters: testReporters(),
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.node.test.ts", "**/node_modules/**"],
    setupFiles: ["test/setup.ts"],
    // A runtime costs seconds to start: files share three of them, since they wait for a timer now and then, and test/setup.ts empties the databases for each.
    isolate: false,
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // What the product logs is shown beside the test that failed, and nowhere else; figures where they are asked for.
    silent: process.env.TIMING ? false : ("passed-only" as const),
    testTimeout: LONGEST_TEST_MS,
    hookTimeout: LONGEST_TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
}));
