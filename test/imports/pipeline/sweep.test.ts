import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  env,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { leadStores } from "../../../src/db/bindings.ts";
import { settingsOf } from "../../../src/env.ts";
import { createImportCode } from "../../../src/imports/import-code.ts";
import { sweepImports } from "../../../src/imports/pipeline/sweep.ts";
import { STATUS } from "../../../src/imports/status.ts";
import worker from "../../../src/index.ts";
import { LEASE_MS } from "../../../src/jobs/lease.ts";
import type { ImportMessage } from "../../../src/jobs/message.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call, waitForImport } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { inTrouble } from "../../harness/databases/sick-database.ts";
import { createCompany, createImportRow, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

const FILE = `email\n${Array.from({ length: 12 }, (_, n) => (n === 1 ? "bad" : `lead-${n}@leads.test`)).join("\n")}`;
const STALLED_AFTER = settingsOf(env).stalledAfter;

// What is swept, given up or not sent is logged, as it should be.
beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

/** Makes an import look as if its message had been sent at some time, and nothing had happened since. */
async function queueAt(company: TestCompany, code: string, at: number): Promise<void> {
  await company.database
    .prepare("UPDATE imports SET moved_at = ?1, queued_at = ?1 WHERE import_code = ?2")
    .bind(at, code)
    .run();
}

/** Ends whatever a test has left unfinished: sweeps are of all companies. */
afterEach(async () => {
  for (const store of leadStores(env)) {
    const end = "UPDATE imports SET status = ?, queued_at = NULL, leased_until = NULL WHERE status IN (0, 1)";
    await store.prepare(end).bind(STATUS.cancelled).run();
  }
});

async function rowOf(company: TestCompany, code: string) {
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number | string | null>>();
  if (!row) throw new Error("no import");
  return row;
}

/** Sweeps, and lets the queue have nothing. @returns the codes that would have been sent. */
async function sweep(now: number, send: (code: string) => void = () => {}): Promise<string[]> {
  const sent: string[] = [];
  const queue = {
    async send({ import_code: code }: ImportMessage) {
      send(code);
      sent.push(code);
    },
  };
  await sweepImports(openScheduledRun({ ...env, IMPORTS: queue } as unknown as Env, now));
  return sent;
}

/** Trouble with every call of one database. */
function sickIn(database: string): Around {
  return ({ binding }, call) => {
    const trouble = {
      message: "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
      tookEffect: false,
    };
    return binding === database ? inTrouble(trouble, call) : call();
  };
}

/** Sends nothing to any queue. */
const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
/** A slice that is over after one chunk. */
function oneChunk() {
  let steps = 1;
  return { over: () => steps-- === 0 };
}

describe("the sweeper", () => {
  it("sends what was never sent, and the import completes", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "viewer" }] });
    const code = await prepareImport(company, FILE);
    await queueAt(company, code, Date.now() - STALLED_AFTER);
    await sweepImports(openScheduledRun(env, Date.now()));
    expect(await waitForImport(code, token)).toMatchObject({
      status_name: "completed_with_errors",
      total_records: 12,
      created_records: 11,
      failed_records: 1,
    });
    expect(await sweep(Date.now() + 100 * STALLED_AFTER)).toEqual([]);
  });

  it("takes up an import that stopped half-way where it stopped", async () => {
    const company = await createCompany({ store: 1 });
    const code = await prepareImport(company, FILE);
    await deliver(code, { env: quiet, newSlice: oneChunk });
    const stopped = await rowOf(company, code);
    expect(stopped).toMatchObject({ status: STATUS.processing, next_record: 6, leased_until: null });
    const queuedAt = Number(stopped.queued_at);
    expect(await sweep(queuedAt + STALLED_AFTER - 1)).toEqual([]);
    expect(await sweep(queuedAt + STALLED_AFTER)).toEqual([code]);
    expect(await deliver(code)).toBe(true);
    expect(await rowOf(company, code)).toMatchObject({ status: 3, created_records: 11, failed_records: 1 });
  });

  it("leaves alone what has a live lease, and sends what its consumer left behind", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    const now = Date.now();
    await company.database
      .prepare("UPDATE imports SET moved_at = ?1, queued_at = NULL, lease_id = 'gone', leased_until = ?2")
      .bind(now, now + LEASE_MS)
      .run();
    expect(await sweep(now + LEASE_MS - 1)).toEqual([]);
    // A second delivery meets the lease and is done, too.
    expect(await deliver(code, { now: () => now + LEASE_MS - 1 })).toBe(true);
    expect(await rowOf(company, code)).toMatchObject({ status: STATUS.pending, lease_id: "gone" });
    expect(await sweep(now + LEASE_MS)).toEqual([code]);
    expect(await deliver(code, { now: () => now + LEASE_MS })).toBe(true);
    expect(await rowOf(company, code)).toMatchObject({ status: 3, lease_id: null, leased_until: null });
  });

  it("sends at growing intervals while nothing moves, up to an hour", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    const start = Date.now();
    await queueAt(company, code, start);
    const sentAfter: number[] = [];
    for (let minute = 1; minute <= 300; minute++) {
      const sent = await sweep(start + minute * 60_000);
      if (sent.length > 0) sentAfter.push(minute);
    }
    expect(STALLED_AFTER).toBe(60_000);
    expect(sentAfter).toEqual([1, 2, 4, 8, 16, 32, 64, 124, 184, 244]);
    expect(await deliver(code)).toBe(true);
  });

  it("does not look at what waits its turn: 500 imports of a company cost a message each", async () => {
    const company = await createCompany();
    const user = await createUser();
    const model = await createImportRow(company, user, { status: STATUS.pending, movedAt: 1 });
    const columns =
      "company_id, imported_by, status, on_duplicate, file_name, file_bytes, file_sha256, file_key, encoding, created_at, moved_at";
    await company.database
      .prepare(
        `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 499)
         INSERT INTO imports (import_code, ${columns})
         SELECT substr(import_code, 1, 20) || printf('%010d', n), ${columns} FROM numbers, imports WHERE id = ?
         ORDER BY n`,
      )
      .bind(model.id)
      .run();
    const rows = await company.database
      .prepare("SELECT import_code FROM imports WHERE company_id = ? ORDER BY id")
      .bind(company.id)
      .all<{ import_code: string }>();
    const codes = rows.results.map((row) => row.import_code);
    expect(codes).toHaveLength(500);
    const messages: string[] = [];
    let now = Date.now();
    for (const waiting = await sweep(now); waiting.length > 0; now += 1000) {
      const code = waiting.shift() ?? "";
      messages.push(code);
      const send = async ({ import_code }: ImportMessage) => void waiting.push(import_code);
      await deliver(code, { env: { ...env, IMPORTS: { send } } as unknown as Env, now: () => now });
      if (messages.length % 100 === 0) expect(await sweep(now)).toEqual([]);
    }
    // Their files are nowhere, so that each of them ends at once.
    expect(messages).toEqual(codes);
    const { results } = await company.database
      .prepare("SELECT DISTINCT failure_code FROM imports WHERE company_id = ?")
      .bind(company.id)
      .all();
    expect(results).toEqual([{ failure_code: "original_missing" }]);
  }, 120_000);

  it("never touches an import that has ended", async () => {
    const company = await createCompany();
    const user = await createUser();
    const ended = Object.values(STATUS).filter((status) => status > STATUS.processing);
    expect(ended).toHaveLength(6);
    for (const status of ended) await createImportRow(company, user, { status, movedAt: 1 });
    expect(await sweep(Date.now())).toEqual([]);
    const { results } = await company.database
      .prepare("SELECT DISTINCT moved_at, queued_at FROM imports WHERE company_id = ?")
      .bind(company.id)
      .all();
    expect(results).toEqual([{ moved_at: 1, queued_at: null }]);
  });

  it("sweeps every store, the longest stopped first, a hundred of each at once", async () => {
    const user = await createUser();
    const codes: string[][] = [];
    for (const company of [await createCompany(), await createCompany({ store: 1 })]) {
      const own: string[] = [];
      for (let n = 0; n < 103; n++) {
        const status = n % 2 ? STATUS.pending : STATUS.processing;
        // A company each, which is nowhere but in its store.
        const of = { ...company, id: 1_000_000 + company.id * 1000 + n };
        own.push((await createImportRow(of, user, { status, movedAt: 1 + n })).importCode);
      }
      codes.push(own);
    }
    const [first = [], second = []] = codes;
    const now = Date.now();
    const sent = await sweep(now);
    expect([...sent].sort()).toEqual([...first.slice(0, 100), ...second.slice(0, 100)].sort());
    expect((await sweep(now)).sort()).toEqual([...first.slice(100), ...second.slice(100)].sort());
    expect(await sweep(now)).toEqual([]);
  });

  it("goes on where one message cannot be sent, or a store does not answer", async () => {
    const companies = [await createCompany(), await createCompany(), await createCompany({ store: 1 })];
    const codes: string[] = [];
    for (const company of companies) {
      const code = await prepareImport(company, FILE);
      await queueAt(company, code, 1);
      codes.push(code);
    }
    const now = Date.now();
    const sent = await sweep(now, (code) => {
      if (code === codes[0]) throw new Error("no queue");
    });
    expect(sent.sort()).toEqual(codes.slice(1).sort());
    for (const [index, company] of companies.entries()) await queueAt(company, codes[index] ?? "", now);
    const sick = surround(env, sickIn("LEADS_0"), async () => {}).LEADS_0;
    const queue = { send: async ({ import_code }: ImportMessage) => void sent.push(import_code) };
    sent.length = 0;
    const bindings = { ...env, LEADS_0: sick, IMPORTS: queue } as unknown as Env;
    await sweepImports(openScheduledRun(bindings, now + STALLED_AFTER));
    expect(sent).toEqual(codes.slice(2));
  });

  it("runs on the Worker's cron", async () => {
    const company = await createCompany({ store: 1 });
    const { token } = await createUser({ access: [{ company, role: "viewer" }] });
    const code = await prepareImport(company, FILE);
    const scheduledTime = new Date(Date.now() + STALLED_AFTER + 1000);
    await worker.scheduled(createScheduledController({ scheduledTime, cron: "* * * * *" }), env);
    expect(await waitForImport(code, token)).toMatchObject({ created_records: 11, failed_records: 1 });
  });
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
