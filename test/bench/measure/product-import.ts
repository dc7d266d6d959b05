import { setTimeout as sleep } from "node:timers/promises";
import { CAMPAIGN } from "../../../src/cli/seed/data.ts";
import { STATUS } from "../../../src/imports/state/status.ts";
import type { Truth } from "../../fixtures/generate-leads.ts";
import { startWorker } from "../../harness/worker.ts";
import { importStatus, signIn, uploadFile } from "./api-client.ts";
import { ledgerProblems, storedProblems, truthProblems } from "./ledger.ts";

/** What an import took. */
export interface Round {
  seconds: number;
  /** How long workerd kept processors busy with it, in seconds. */
  processorTime: number;
  peakMemory: number;
  /** How long each status poll took, in milliseconds. */
  polls: number[];
  problems: string[];
}

/** How often the status is asked for. */
export const POLL_MS = 150;
const MIB = 1024 * 1024;

export interface ProductRun {
  script: string;
  folder: string;
  path: string;
  truth: Truth;
  size: number;
  heap: number | undefined;
  dryRun: boolean;
}

/** Imports a file by a product that starts with empty databases, from the upload's start until the import's end. */
export async function runProduct({
  script,
  folder,
  path,
  truth,
  size,
  heap,
  dryRun,
}: ProductRun): Promise<Round> {
  const worker = await startWorker({
    script,
    folder,
    vars: { MAX_UPLOAD_BYTES: String(Math.max(size, 100 * MIB)) },
    ...(heap && { heap }),
  });
  // A limit that is far off, so that what it costs is in the figures.
  await worker.env.DIRECTORY.prepare("UPDATE memberships SET max_leads = 100000000").run();
  try {
    const authorization = await signIn(worker.url, "owner@demo.test");
    const query = {
      company_id: String(CAMPAIGN.companyId),
      campaign_id: String(CAMPAIGN.id),
      file_name: "leads.csv",
      dry_run: String(dryRun),
    };
    const problems: string[] = [];
    const polls: number[] = [];

    const before = worker.processorTime();
    const start = Date.now();
    let status = await uploadFile(worker.url, authorization, path, query);
    while (status.status <= STATUS.processing) {
      const asked = performance.now();
      const now = await importStatus(worker.url, authorization, status.import_code);
      const took = performance.now() - asked;
      polls.push(took);
      problems.push(...ledgerProblems(now, status));
      status = now;
      if (status.status <= STATUS.processing) await sleep(Math.max(0, POLL_MS - took));
    }
    // The import says itself when it ended; a poll only sees it some time later.
    const seconds = (Date.parse(status.finished_at ?? "") - start) / 1000;

    const processorTime = worker.processorTime() - before;
    problems.push(
      ...truthProblems(status, truth, dryRun),
      ...(await storedProblems(worker.env.LEADS_0, status.id, truth, dryRun)),
    );
    return { seconds, processorTime, peakMemory: worker.peakMemory(), polls, problems };
  } finally {
    await worker.stop();
  }
}
