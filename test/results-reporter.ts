import { renameSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule, TestSpecification } from "vitest/node";
import { ROOT } from "../src/cli/root.ts";

/** What is known of a run while it goes on; {@link ResultsReporter} keeps it in a file. */
export interface Results {
  /** Paths of the files that have not ended, below the root of the repository. */
  pending: string[];
  ended: { file: string; passed: number; failed: number; milliseconds: number }[];
  /** Errors that belong to no test; null until the run itself has ended. */
  errorsOutside: number | null;
}

/**
 * Writes the results after each file: vitest's own JSON comes when its runtimes have stopped, and now and then one
 * does not stop.
 */
export class ResultsReporter implements Reporter {
  readonly #outputFile: string;
  readonly #results: Results = { pending: [], ended: [], errorsOutside: null };

  /** @param outputFile where the {@link Results} go, as JSON. */
  constructor(outputFile: string) {
    this.#outputFile = outputFile;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#results.pending = specifications.map(({ moduleId }) => relative(ROOT, moduleId));
    this.#write();
  }

  onTestModuleEnd(module: TestModule): void {
    const file = relative(ROOT, module.moduleId);
    const states = [...module.children.allTests()].map((test) => test.result().state);
    const failed = states.filter((state) => state === "failed").length;
    this.#results.pending = this.#results.pending.filter((name) => name !== file);
    this.#results.ended.push({
      file,
      passed: states.filter((state) => state === "passed").length,
      // A file that does not load, or whose hook fails, has no failed test of its own.
      failed: failed || (module.ok() ? 0 : 1),
      milliseconds: Math.round(module.diagnostic().duration),
    });
    this.#write();
  }

  onTestRunEnd(_: readonly TestModule[], errors: readonly unknown[]): void {
    this.#results.errorsOutside = errors.length;
    this.#write();
  }

  /** A reader of the file finds the state before or this one, and never half of one. */
  #write(): void {
    const draft = `${this.#outputFile}.draft`;
    writeFileSync(draft, JSON.stringify(this.#results));
    renameSync(draft, this.#outputFile);
  }
}

/** What vitest reports to: the terminal, and the file that `TEST_RESULTS` names, where it names one. */
export function testReporters(): ("default" | ResultsReporter)[] {
  const file = process.env.TEST_RESULTS;
  return file ? ["default", new ResultsReporter(file)] : ["default"];
}
