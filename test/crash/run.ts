import { setTimeout as sleep } from "node:timers/promises";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import { STATUS } from "../../src/imports/state/status.ts";
import { type ImportStatus, signIn } from "../bench/measure/api-client.ts";
import type { Truth } from "../fixtures/generate-leads.ts";
import { type RunningWorker, startWorker } from "../harness/worker.ts";
import { type Found, follow, type Server, send, sendAgain, type Upload } from "./client.ts";
import type { Durations, Moment, Phase } from "./moments.ts";
import { differences, examine, type Traces } from "./traces.ts";

/** What every run is made with. */
export interface Setup {
  /** The path of the built Worker. */
  script: string;
  upload: Upload;
  truth: Truth;
}

export interface Undisturbed {
  durations: Durations;
  traces: Traces;
  problems: string[];
}

export interface Disturbed {
  /** Milliseconds from the start of the upload until the kill. */
  killedAfter: number;
  /** What the database said when the Worker was back, before anything else was done. */
  left: { status: number; records: number } | null;
  /** How the client knew its import: it had been told before the kill, or what sending it again came to. */
  how: Found | "accepted";
  problems: string[];
}

/** A sweep takes whatever has not moved for this long: none has, after a kill. */
const VARS = { STALLED_AFTER_SECONDS: "0.001" };

/** Imports the file in peace. @param folder an empty one. */
export async function runUndisturbed({ script, upload, truth }: Setup, folder: string): Promise<Undisturbed> {
  const worker = await startWorker({ script, folder, vars: VARS });
  try {
    const server = await connect(worker);
    const problems: string[] = [];
    const started = performance.now();
    const accepted = await send(server, upload);
    const acceptedAt = performance.now();
    const near = await follow(server, accepted, problems, (status) => isNearEnd(status, truth));
    const nearAt = performance.now();
    const end = await follow(server, near, problems);
    const durations = {
      upload: acceptedAt - started,
      records: nearAt - acceptedAt,
      end: performance.now() - nearAt,
    };
    const seen = await examine(worker.env, end, truth);
    return { durations, traces: seen.traces, problems: [...problems, ...seen.problems] };
  } finally {
    await worker.stop();
  }
}

/**
 * Imports the file and kills workerd meanwhile; then starts it again in the same folder, does what a client and
 * the cron would do, and compares what there is at the end.
 *
 * @param folder an empty one.
 * @returns `null` where the import had ended before the kill.
 */
export async function runDisturbed(
  setup: Setup,
  undisturbed: Undisturbed,
  moment: Moment,
  folder: string,
): Promise<Disturbed | null> {
  const { script, upload, truth } = setup;
  const problems: string[] = [];
  const { authorization, known, killedAfter } = await importUntilKilled(
    setup,
    moment.phase,
    moment.share * undisturbed.durations[moment.phase],
    folder,
    problems,
  );
  const worker = await startWorker({ script, folder, vars: VARS });
  try {
    const left = await stateLeft(worker.env);
    if (left !== null && left.status > STATUS.processing) return null;
    const server = { url: worker.url, authorization };
    const { status, how } = known
      ? { status: known, how: "accepted" as const }
      : await sendAgain(server, upload);
    await worker.runCron();
    const still = await follow(server, status, problems);
    await worker.runCron();
    const end = await follow(server, still, problems);
    const seen = await examine(worker.env, end, truth);
    problems.push(...seen.problems, ...differences(seen.traces, undisturbed.traces));
    return { killedAfter, left, how, problems };
  } finally {
    await worker.stop();
  }
}

/** @returns what the client was last told of its import before the kill, `null` where it had no answer. */
async function importUntilKilled(
  { script, upload, truth }: Setup,
  phase: Phase,
  wait: number,
  folder: string,
  problems: string[],
): Promise<{ authorization: string; known: ImportStatus | null; killedAfter: number }> {
  const worker = await startWorker({ script, folder, vars: VARS });
  try {
    const server = await connect(worker);
    const started = performance.now();
    let known: ImportStatus | null = null;
    const sending = send(server, upload).then((accepted) => {
      known = accepted;
      return accepted;
    });
    // What was not answered by the kill is cut off.
    if (phase === "upload") sending.catch(() => {});
    else await sending;
    if (phase === "end")
      known = await follow(server, await sending, problems, (now) => isNearEnd(now, truth));
    await sleep(wait);
    return { authorization: server.authorization, known, killedAfter: performance.now() - started };
  } finally {
    await worker.kill();
  }
}

async function connect({ url }: RunningWorker): Promise<Server> {
  return { url, authorization: await signIn(url, "owner@demo.test") };
}

/** Whether one more chunk can be the last one. */
function isNearEnd({ processed_records: processed }: ImportStatus, { total }: Truth): boolean {
  return total - processed <= CHUNK_LIMITS.records;
}

/** How the import stands, or `null` where there is none. */
function stateLeft({ LEADS_0: store }: Env): Promise<Disturbed["left"]> {
  return store.prepare("SELECT status, next_record - 1 AS records FROM imports").first();
}
