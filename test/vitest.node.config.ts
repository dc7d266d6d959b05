import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LONGEST_TEST_MS } from "./harness/runtime/longest-test.ts";
import { PATIENCE_MS } from "./harness/runtime/patience.ts";
import { testReporters } from "./results-reporter.ts";

/** The tests of commands, which run in Node as the commands do, one file after the other. */
export default defineConfig({
  root: join(import.meta.dirname, ".."),
  test: {
    reporters: testReporters(),
    include: ["test/**/*.node.test.ts"],
    fileParallelism: false,
    // As in test/vitest.config.ts.
    silent: process.env.VERBOSE ? false : "passed-only",
    testTimeout: LONGEST_TEST_MS,
    hookTimeout: LONGEST_TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
});
