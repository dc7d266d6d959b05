import { existsSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestSpecification, Vitest } from "vitest/node";
import { ROOT } from "../src/cli/root.ts";

/** What is known of a run while it goes on; {@link ResultsReporter} keeps it in a file. */
export interface Results {
  /** Paths of the files that have not ended, below the root of the repository. */
  pending: string[];
  ended: { file: string; passed: number; failed: number; milliseconds: number }[];
  /** Each test that failed, and each file that did not load, with its errors. */
  failures: string[];
  /** Errors that belong to no test, so far. */
  errorsOutside: string[];
  /** Whether vitest has ended its run, and so told of all this itself. */
  isOver: boolean;
}

/** How often it is said, while a file goes on, that one of its tests has ended. */
const SIGN_MS = 1000;

/**
 * Writes the results after each file: vitest's own report comes when its runtimes have stopped, and now and then one
 * does not stop. While a file goes on, each test that ends makes the file of the results younger.
 */
export class ResultsReporter implements Reporter {
  readonly #outputFile: string;
  #vitest: Vitest | undefined;
  #signedAt = 0;
  readonly #results: Results = { pending: [], ended: [], failures: [], errorsOutside: [], isOver: false };

  /** @param outputFile where the {@link Results} go, as JSON. */
  constructor(outputFile: string) {
    this.#outputFile = outputFile;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#results.pending = specifications.map(({ moduleId }) => relative(ROOT, moduleId));
    this.#write();
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === "failed") this.#results.failures.push(textOf(nameOf(test), result.errors));
    const now = Date.now();
    if (now - this.#signedAt < SIGN_MS || !existsSync(this.#outputFile)) return;
    this.#signedAt = now;
    utimesSync(this.#outputFile, now / 1000, now / 1000);
  }

  onTestModuleEnd(module: TestModule): void {
    const file = relative(ROOT, module.moduleId);
    const states = [...module.children.allTests()].map((test) => test.result().state);
    const failed = states.filter((state) => state === "failed").length;
    const errors = [...module.children.allSuites()]
      .flatMap((suite) => suite.errors())
      .concat(module.errors());
    if (errors.length > 0) this.#results.failures.push(textOf(file, errors));
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

  onTestRunEnd(): void {
    this.#results.isOver = true;
    this.#write();
  }

  /** A reader of the file finds the state before or this one, and never half of one. */
  #write(): void {
    const outside = this.#vitest?.state.getUnhandledErrors() ?? [];
    this.#results.errorsOutside = outside.map((error) => textOf("outside of all tests", [error as Problem]));
    const draft = `${this.#outputFile}.draft`;
    writeFileSync(draft, JSON.stringify(this.#results));
    renameSync(draft, this.#outputFile);
  }
}

interface Problem {
  message?: string;
  stack?: string;
  diff?: string;
}

function nameOf(test: TestCase): string {
  return `${relative(ROOT, test.module.moduleId)} > ${test.fullName}`;
}

function textOf(name: string, errors: readonly Problem[]): string {
  return [
    name,
    ...errors.map(({ message, stack, diff }) => [stack ?? message, diff].filter(Boolean).join("\n")),
  ]
    .join("\n")
    .trim();
}

/** What vitest reports to: the terminal, and the file that `TEST_RESULTS` names, where it names one. */
export function testReporters(): ("default" | ResultsReporter)[] {
  const file = process.env.TEST_RESULTS;
  return file ? ["default", new ResultsReporter(file)] : ["default"];
}
