import {
  createExecutionContext,
  createMessageBatch,
  env,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { leadStores } from "../../../src/db/bindings.ts";
import { createImportCode } from "../../../src/imports/import-code.ts";
import { STATUS } from "../../../src/imports/state/status.ts";
import worker from "../../../src/index.ts";
import type { ImportMessage } from "../../../src/jobs/message.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { FILE, oneChunk, quiet, rowOf, STALLED_AFTER, sickIn, sweep } from "./sweeping.ts";

// What is swept, given up or not sent is logged, as it should be.
beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

/** Ends whatever a test has left unfinished: sweeps are of all companies. */
afterEach(async () => {
  for (const store of leadStores(env)) {
    const end = "UPDATE imports SET status = ?, queued_at = NULL, leased_until = NULL WHERE status IN (0, 1)";
    await store.prepare(end).bind(STATUS.cancelled).run();
  }
});

const HOUR = 60 * 60_000;

describe("trouble with the platform", () => {
  /** Files that do not answer, but for what a test says. */
  const without = (files: object) => ({ ...quiet, FILES: files }) as unknown as Env;
  const get = () => Promise.reject(new Error("R2 does not answer"));

  it("is tried again for six hours, however often, and the import completes", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    const start = Date.now();
    let delays: number[] = [];
    const send = async (_: ImportMessage, { delaySeconds }: QueueSendOptions) =>
      void delays.push(delaySeconds ?? 0);
    const bindings = { ...without({ get }), IMPORTS: { send } } as unknown as Env;
    let now = start;
    for (; now < start + 5.8 * HOUR; now += (delays.at(-1) ?? 0) * 1000) {
      expect(await deliver(code, { env: bindings, now: () => now })).toBe(true);
      expect(await rowOf(company, code)).toMatchObject({ status: STATUS.pending, leased_until: null });
    }
    expect(delays.slice(0, 3)).toEqual([2, 2, 2]);
    expect(delays.toSorted((a, b) => a - b)).toEqual(delays);
    expect(delays.at(-1)).toBe(300);
    delays = [];
    // The message that comes later keeps the sweeper from sending another.
    expect(await sweep(now)).toEqual([]);
    expect(await deliver(code, { now: () => now })).toBe(true);
    expect(await rowOf(company, code)).toMatchObject({ status: 3, created_records: 11 });
  });

  it("of six hours ends an import as failed; what is in stays in, and its error file is there", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "viewer" }] });
    const codes = [await prepareImport(company, FILE), await prepareImport(company, FILE)];
    const [begun = "", waiting = ""] = codes;
    await deliver(begun, { env: quiet, newSlice: oneChunk });
    const sent: string[] = [];
    const queue = { send: async ({ import_code }: ImportMessage) => void sent.push(import_code) };
    const bindings = { ...env, FILES: { get, put: env.FILES.put.bind(env.FILES) }, IMPORTS: queue };
    const late = Date.now() + 6 * HOUR;
    expect(await deliver(begun, { env: bindings as unknown as Env, now: () => late })).toBe(true);
    const { import_file: shown } = await bodyOf(call(`/import/${begun}`, { token }));
    expect(shown).toMatchObject({
      status: 4,
      failure: { code: "processing_failed", detail: expect.stringMatching(/with retry/) },
      total_records: null,
      processed_records: 5,
      created_records: 4,
      failed_records: 1,
      started_at: expect.any(String),
      finished_at: expect.any(String),
      error_file: expect.stringContaining(`${begun}/error_file`),
    });
    const errorFile = await env.FILES.get(`imports/${begun}/errors.csv`);
    expect((await errorFile?.text())?.trim().split("\r\n")).toHaveLength(2);
    // A late copy of its message changes nothing any more.
    expect(await deliver(begun)).toBe(true);
    expect(await rowOf(company, begun)).toMatchObject({ status: 4, next_record: 6 });
    // The next one has its turn, and its six hours begin then. The advice holds: it brings the rest.
    expect(sent).toEqual([waiting]);
    expect(await rowOf(company, waiting)).toMatchObject({ status: 0, moved_at: late });
    expect(await deliver(waiting, { now: () => late })).toBe(true);
    expect(await rowOf(company, waiting)).toMatchObject({
      status: 3,
      created_records: 7,
      duplicate_records: 4,
    });
  });

  it("ends an import without an error file where that cannot be written either, an hour later", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    await deliver(code, { env: quiet, newSlice: oneChunk });
    const late = Date.now() + 6 * HOUR;
    expect(await deliver(code, { env: without({ get, put: get }), now: () => late })).toBe(false);
    expect(await rowOf(company, code)).toMatchObject({ status: STATUS.processing });
    expect(await sweep(late + HOUR)).toEqual([]);
    expect(await sweep(late + 1.2 * HOUR)).toEqual([]);
    expect(await rowOf(company, code)).toMatchObject({ status: STATUS.failed, error_file_key: null });
  });

  it("with the store leaves the message to the queue", async () => {
    const code = createImportCode(0);
    const sick = surround(env, sickIn("LEADS_0"), async () => {}).LEADS_0;
    const bindings = { ...env, LEADS_0: sick } as unknown as Env;
    expect(await deliverTo("leadsy-imports", [{ import_code: code }], bindings)).toEqual({
      acknowledged: [],
      again: ["0"],
    });
  });
});

/** Delivers messages to the Worker. @returns which were acknowledged, and which are to be tried again. */
async function deliverTo(queue: string, bodies: unknown[], bindings: Env = env) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts: 1,
    body: { kind: "import", ...Object(body) } as ImportMessage,
  }));
  const batch = createMessageBatch<ImportMessage>(queue, messages);
  const context = createExecutionContext();
  await worker.queue(batch, bindings);
  await waitOnExecutionContext(context);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  return { acknowledged: explicitAcks, again: retryMessages.map(({ msgId }) => msgId) };
}

describe("a message", () => {
  it("that the queue gave up ends nothing: the sweeper sends another", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    const before = await rowOf(company, code);
    const { acknowledged } = await deliverTo("leadsy-imports-dead", [{ import_code: code }]);
    expect(acknowledged).toEqual(["0"]);
    expect(await rowOf(company, code)).toEqual(before);
    expect(await sweep(Date.now() + STALLED_AFTER)).toEqual([code]);
  });

  it("that points nowhere is acknowledged", async () => {
    const codes = [
      createImportCode(0),
      createImportCode(1),
      createImportCode(35),
      "",
      "imp_",
      "nonsense",
      "imp_00'; --",
    ];
    const bodies = [...codes.map((code) => ({ import_code: code })), {}];
    const { acknowledged, again } = await deliverTo("leadsy-imports", bodies);
    expect(acknowledged).toHaveLength(bodies.length);
    expect(again).toEqual([]);
  });

  it("of a kind that is not known, or a batch of several kinds, is an error", async () => {
    await expect(deliverTo("leadsy-imports", [{ kind: "other" }])).rejects.toThrow(/unknown kind.*other/);
    await expect(deliverTo("leadsy-imports", [{}, { kind: "mail" }])).rejects.toThrow(/several kinds/);
  });
});
