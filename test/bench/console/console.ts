import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CAMPAIGN, USERS } from "../../../src/cli/seed/data.ts";
import { startBrowser } from "../../console/browser.ts";
import { buildWorker } from "../../harness/build.ts";
import { startWorker } from "../../harness/worker.ts";
import { addManyLeads } from "../leads/many-leads.ts";
import { benchFirstView } from "./first-view.ts";
import { startGzipProxy } from "./gzip-proxy.ts";
import { benchScrolling } from "./scrolling.ts";
import { benchUploadMemory } from "./upload-memory.ts";

/**
 * Measures the console in a browser: how soon it can be used, how it scrolls through very many leads, and what a large
 * upload takes of memory. Prints the figures.
 *
 * @param count how many leads there are.
 * @param only what alone is measured: `first`, `memory` or `scrolling`; all without it.
 * @returns what is beyond its bar.
 */
export async function benchConsole(count: number, only?: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  const worker = await startWorker({
    script: await buildWorker(join(folder, "worker")),
    folder,
    assets: true,
  });
  const proxy = await startGzipProxy(worker.url);
  const browser = await startBrowser();
  const isAsked = (what: string) => only === undefined || only === what;
  const problems: string[] = [];
  try {
    if (isAsked("first")) problems.push(...(await benchFirstView(browser, proxy.url)));
    if (isAsked("memory")) problems.push(...(await benchUploadMemory(browser, worker.url, folder)));
    if (isAsked("scrolling")) {
      const [{ id } = { id: 0 }] = USERS;
      await addManyLeads(worker.env.LEADS_0, CAMPAIGN.companyId, id, count);
      problems.push(...(await benchScrolling(browser, worker.url, count)));
    }
    return problems;
  } finally {
    await browser.close();
    await proxy.stop();
    await worker.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
