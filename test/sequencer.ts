import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOT } from "../src/cli/root.ts";

/** How many milliseconds each slow file takes, as `KEEP_DURATIONS=1 npm test` measured them. */
export const DURATIONS_FILE = join(ROOT, "test/durations.json");

/** Starts the slow files first, so that the runtimes, which take the next file as they get free, end together. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durations: Record<string, number> = JSON.parse(readFileSync(DURATIONS_FILE, "utf8"));
    const durationOf = ({ moduleId }: TestSpecification) => durations[relative(ROOT, moduleId)] ?? 0;
    return files.toSorted((a, b) => durationOf(b) - durationOf(a));
  }
}
