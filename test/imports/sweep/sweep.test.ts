import { createScheduledController, env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { leadStores } from "../../../src/db/bindings.ts";
import { sweepImports } from "../../../src/imports/pipeline/sweep.ts";
import { STATUS } from "../../../src/imports/state/status.ts";
import worker from "../../../src/index.ts";
import { LEASE_MS } from "../../../src/jobs/lease.ts";
import type { ImportMessage } from "../../../src/jobs/message.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { waitForImport } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createImportRow, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { FILE, oneChunk, quiet, rowOf, STALLED_AFTER, sickIn, sweep } from "./sweeping.ts";

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

const WAITING = howMany(100, 500);

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

  it("does not look at what waits its turn: all imports of a company cost a message each", async () => {
    const company = await createCompany();
    const user = await createUser();
    const model = await createImportRow(company, user, { status: STATUS.pending, movedAt: 1 });
    const columns =
      "company_id, imported_by, status, on_duplicate, file_name, file_bytes, file_sha256, file_key, encoding, created_at, moved_at";
    await company.database
      .prepare(
        `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${WAITING - 1})
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
    expect(codes).toHaveLength(WAITING);
    const messages: string[] = [];
    let now = Date.now();
    for (const waiting = await sweep(now); waiting.length > 0; now += 1000) {
      const code = waiting.shift() ?? "";
      messages.push(code);
      const send = async ({ import_code }: ImportMessage) => void waiting.push(import_code);
      await deliver(code, { env: { ...env, IMPORTS: { send } } as unknown as Env, now: () => now });
      if (messages.length % (WAITING / 5) === 0) expect(await sweep(now)).toEqual([]);
    }
    // Their files are nowhere, so that each of them ends at once.
    expect(messages).toEqual(codes);
    const { results } = await company.database
      .prepare("SELECT DISTINCT failure_code FROM imports WHERE company_id = ?")
      .bind(company.id)
      .all();
    expect(results).toEqual([{ failure_code: "original_missing" }]);
  });

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
