import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  env,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { settingsOf } from "../../src/env.ts";
import { createImportCode } from "../../src/imports/import-code.ts";
import type { ImportMessage } from "../../src/imports/start-import.ts";
import { STATUS } from "../../src/imports/status.ts";
import { sweepImports } from "../../src/imports/sweep.ts";
import worker from "../../src/index.ts";
import { openScheduledRun } from "../../src/jobs/scheduled-run.ts";
import { bodyOf, call, waitForImport } from "../harness/api.ts";
import { createCompany, createImportRow, createUser, type TestCompany } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";

const FILE = `email\n${Array.from({ length: 12 }, (_, n) => (n === 1 ? "bad" : `lead-${n}@leads.test`)).join("\n")}`;
const STALLED_AFTER = settingsOf(env).stalledAfter;

// What is swept, given up or not sent is logged, as it should be.
beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

async function moveAt(company: TestCompany, code: string, movedAt: number): Promise<void> {
  await company.database
    .prepare("UPDATE imports SET moved_at = ? WHERE import_code = ?")
    .bind(movedAt, code)
    .run();
}

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

describe("the sweeper", () => {
  it("sends what was never sent, and the import completes", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "viewer" }] });
    const code = await prepareImport(company, FILE);
    await moveAt(company, code, Date.now() - STALLED_AFTER - 1);
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
    let steps = 1;
    const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
    await deliver(code, { env: quiet, newSlice: () => ({ spend: () => {}, over: () => steps-- === 0 }) });
    const stopped = await rowOf(company, code);
    expect(stopped).toMatchObject({ status: STATUS.processing, next_record: 6 });
    const movedAt = Number(stopped.moved_at);
    expect(await sweep(movedAt + STALLED_AFTER)).toEqual([]);
    expect(await sweep(movedAt + STALLED_AFTER + 1)).toEqual([code]);
    expect(await deliver(code)).toBe(true);
    expect(await rowOf(company, code)).toMatchObject({ status: 3, created_records: 11, failed_records: 1 });
  });

  it("leaves alone what moved lately, and sends nothing twice", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    const now = Date.now() + STALLED_AFTER;
    await moveAt(company, code, now - STALLED_AFTER);
    expect(await sweep(now)).toEqual([]);
    expect(await sweep(now + 1)).toEqual([code]);
    expect(await sweep(now + 1)).toEqual([]);
    expect(await sweep(now + 1 + STALLED_AFTER)).toEqual([]);
    // It still does not move: its message was lost once more.
    expect(await sweep(now + 2 + STALLED_AFTER)).toEqual([code]);
    expect(await deliver(code)).toBe(true);
    expect(await sweep(now + 100 * STALLED_AFTER)).toEqual([]);
  });

  it("never touches an import that has ended", async () => {
    const company = await createCompany();
    const user = await createUser();
    const ended = Object.values(STATUS).filter((status) => status > STATUS.processing);
    expect(ended).toHaveLength(6);
    for (const status of ended) await createImportRow(company, user, { status, movedAt: 1 });
    expect(await sweep(Date.now())).toEqual([]);
    const { results } = await company.database
      .prepare("SELECT DISTINCT moved_at FROM imports WHERE company_id = ?")
      .bind(company.id)
      .all();
    expect(results).toEqual([{ moved_at: 1 }]);
  });

  it("sweeps every store, the longest stopped first, a hundred of each at once", async () => {
    const user = await createUser();
    const codes: string[][] = [];
    const companies = [await createCompany(), await createCompany({ store: 1 })];
    for (const company of companies) {
      const own: string[] = [];
      for (let n = 0; n < 103; n++) {
        const status = n % 2 ? STATUS.pending : STATUS.processing;
        const row = await createImportRow(company, user, { status, movedAt: 1 + n });
        own.push(row.importCode);
      }
      codes.push(own);
    }
    const [first = [], second = []] = codes;
    const now = Date.now();
    const sent = await sweep(now);
    expect([...sent].sort()).toEqual([...first.slice(0, 100), ...second.slice(0, 100)].sort());
    expect((await sweep(now)).sort()).toEqual([...first.slice(100), ...second.slice(100)].sort());
    expect(await sweep(now)).toEqual([]);
    for (const { id, database } of companies) {
      const end = database.prepare("UPDATE imports SET status = ? WHERE company_id = ?");
      await end.bind(STATUS.cancelled, id).run();
    }
  });

  it("goes on where one message cannot be sent, and sends that one the next time", async () => {
    const [near, far] = [await createCompany(), await createCompany({ store: 1 })];
    const codes = [
      await prepareImport(near, FILE),
      await prepareImport(near, FILE),
      await prepareImport(far, FILE),
    ];
    for (const [index, code] of codes.entries()) await moveAt(index < 2 ? near : far, code, index);
    const now = Date.now();
    const sent = await sweep(now, (code) => {
      if (code === codes[0]) throw new Error("no queue");
    });
    expect(sent.sort()).toEqual(codes.slice(1).sort());
    expect(await sweep(now + STALLED_AFTER + 1)).toEqual(expect.arrayContaining(codes));
    for (const code of codes) await deliver(code);
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

const QUEUES = ["leadsy-imports", "leadsy-imports-dead"];

/** Delivers messages to the Worker. @returns which were acknowledged, and which are to be tried again. */
async function deliverTo(queue: string, bodies: unknown[], given: Env = env, attempts = 1) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts,
    body: body as ImportMessage,
  }));
  const batch = createMessageBatch<ImportMessage>(queue, messages);
  const context = createExecutionContext();
  await worker.queue(batch, given);
  await waitOnExecutionContext(context);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  return { acknowledged: explicitAcks, again: retryMessages.map(({ msgId }) => msgId) };
}

describe("a message that was given up", () => {
  it("ends its import as failed, however far it came; what is in stays in", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "viewer" }] });
    const pending = await prepareImport(company, FILE);
    const begun = await prepareImport(company, FILE);
    let steps = 1;
    const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
    await deliver(begun, { env: quiet, newSlice: () => ({ spend: () => {}, over: () => steps-- === 0 }) });

    const bodies = [pending, begun].map((code) => ({ import_code: code }));
    const given = await deliverTo("leadsy-imports-dead", bodies);
    expect(given).toEqual({ acknowledged: ["0", "1"], again: [] });
    for (const [code, created, failed] of [
      [pending, 0, 0],
      [begun, 4, 1],
    ] as const) {
      const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token }));
      expect(shown).toMatchObject({
        status: 4,
        failure: { code: "processing_failed", detail: expect.stringMatching(/send the file again/) },
        total_records: null,
        processed_records: created + failed,
        created_records: created,
        failed_records: failed,
        started_at: expect.any(String),
        finished_at: expect.any(String),
        error_file: failed > 0 ? expect.stringContaining(`${code}/error_file`) : null,
      });
    }
    const errorFile = await env.FILES.get(`imports/${begun}/errors.csv`);
    expect((await errorFile?.text())?.trim().split("\r\n")).toHaveLength(2);
    // A late copy of a message changes nothing any more.
    expect(await deliver(begun)).toBe(true);
    expect(await rowOf(company, begun)).toMatchObject({ status: 4, next_record: 6 });
    // And the advice holds: the same file again brings the rest.
    const again = await prepareImport(company, FILE);
    await deliver(again);
    expect(await rowOf(company, again)).toMatchObject({
      status: 3,
      created_records: 7,
      duplicate_records: 4,
    });
  });

  it("ends its import without an error file where that cannot be written, but not at once", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    let steps = 1;
    const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
    await deliver(code, { env: quiet, newSlice: () => ({ spend: () => {}, over: () => steps-- === 0 }) });
    const put = () => Promise.reject(new Error("R2 does not answer"));
    const given = { ...env, FILES: { put } } as unknown as Env;
    const bodies = [{ import_code: code }];
    expect(await deliverTo("leadsy-imports-dead", bodies, given, 5)).toMatchObject({ again: ["0"] });
    expect(await rowOf(company, code)).toMatchObject({ status: STATUS.processing });
    expect(await deliverTo("leadsy-imports-dead", bodies, given, 6)).toMatchObject({ acknowledged: ["0"] });
    expect(await rowOf(company, code)).toMatchObject({ status: STATUS.failed, error_file_key: null });
  });

  it("changes nothing of an import that has ended", async () => {
    const company = await createCompany({ store: 1 });
    const code = await prepareImport(company, FILE);
    await deliver(code);
    const user = await createUser();
    const others = Object.values(STATUS).filter((status) => status > STATUS.completed_with_errors);
    const codes = [code];
    for (const status of others) codes.push((await createImportRow(company, user, { status })).importCode);
    const before = await Promise.all(codes.map((one) => rowOf(company, one)));
    const bodies = codes.map((one) => ({ import_code: one }));
    const { acknowledged } = await deliverTo("leadsy-imports-dead", bodies);
    expect(acknowledged).toHaveLength(codes.length);
    expect(await Promise.all(codes.map((one) => rowOf(company, one)))).toEqual(before);
  });

  it("is tried again where the store does not answer", async () => {
    const code = createImportCode(0);
    const broken = {
      prepare: () => {
        throw new Error("no store");
      },
    };
    for (const queue of QUEUES) {
      const given = { ...env, LEADS_0: broken } as unknown as Env;
      expect(await deliverTo(queue, [{ import_code: code }], given)).toEqual({
        acknowledged: [],
        again: ["0"],
      });
    }
  });
});

it.each(QUEUES)("acknowledges a message of %s that points nowhere", async (queue) => {
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
  const { acknowledged, again } = await deliverTo(queue, bodies);
  expect(acknowledged).toHaveLength(bodies.length);
  expect(again).toEqual([]);
});
