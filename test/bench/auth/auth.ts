import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../../harness/build.ts";
import { startWorker } from "../../harness/worker.ts";
import { benchEachRequest } from "./auth-each-request.ts";
import { benchRefresh } from "./auth-refresh.ts";
import { benchSignIn } from "./auth-sign-in.ts";

/**
 * Measures what signing in, being signed in and staying so cost, each against a Worker that does no more than what
 * must be, in the same workerd on the same databases, by turns. Nothing is rate-limited. Prints the figures.
 *
 * @returns what was wrong: an answer in which the two differ, whose speeds could not be compared.
 */
export async function benchAuth(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    const worker = await startWorker({
      script: await buildWorker(join(folder, "worker")),
      beside: await buildWorker(join(folder, "bare"), join(import.meta.dirname, "auth-bare-worker.ts")),
      folder,
    });
    try {
      console.log("medians of rounds by turns; the bare Worker in brackets");
      await benchSignIn(worker);
      const problems = await benchEachRequest(worker);
      await benchRefresh(worker);
      return problems;
    } finally {
      await worker.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
