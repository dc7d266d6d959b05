import { env } from "cloudflare:test";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { randomOf } from "../../fixtures/random.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { failEachOperation, failSometimes, undisturbed } from "../../harness/failing-operation.ts";
import { aftermath, deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { ask, FILE } from "./asked.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

const SMALL = { ...CHUNK_LIMITS, records: 5 };

// biome-ignore lint/suspicious/noExplicitAny: rows as they are.
type Aftermath = any;

let whole: Aftermath;

beforeAll(async () => {
  const company = await createCompany();
  const code = await prepareImport(company, FILE);
  await runToEnd(code, undisturbed, { limits: SMALL });
  whole = await aftermath(company, code);
});

/** An import of the whole file, as far as a record. */
function prefix(next: number) {
  const upTo = (rows: { record_number: number }[]) =>
    rows.filter(({ record_number: record }) => record < next);
  const [created, rejections] = [upTo(whole.created), upTo(whole.rejections)];
  return { created, rejections, matches: [], processed: next - 1 };
}

async function expectPrefix(company: TestCompany, code: string, what: string) {
  const left: Aftermath = await aftermath(company, code);
  const { row, created, rejections, matches, miscounted } = left;
  const processed = row.created_records + row.duplicate_records + row.failed_records;
  expect({ created, rejections, matches, processed }, what).toEqual(prefix(row.next_record));
  expect([row.created_records, row.failed_records], what).toEqual([created.length, rejections.length]);
  expect([miscounted, row.failure_code, row.total_records], what).toEqual([[{ leads: 0 }], null, null]);
  expect(row.e, what).toBe(rejections.length > 0 ? 1 : 0);
  const file = String(left.errorFile ?? "");
  for (const { code: why, record_number: record } of rejections) {
    expect(file, what).toContain(`,${record},${why},`);
  }
}

const statusOf = (company: TestCompany, code: string) =>
  company.database
    .prepare("SELECT status FROM imports WHERE import_code = ?")
    .bind(code)
    .first<number>("status");

/** Tries again what was cancelled, and delivers, until every record has its outcome. */
async function finish(company: TestCompany, code: string, token: string) {
  for (let tries = 0; tries < 50; tries++) {
    const status = (await statusOf(company, code)) ?? 0;
    if (status === 2 || status === 3) return;
    if (status === 5) expect((await ask("retry", code, token)).status).toBe(202);
    await runToEnd(code, undisturbed, { limits: SMALL });
  }
  throw new Error("it never ends");
}

const SEEDS = howMany(1, 10);
/** What is done twice, before it is cancelled and after, fails seldom. */
const STEP = howMany(11, 1);

test.each(Array.from({ length: 8 }, (_, n) => 1 + 10 * n))(
  "an import that is cancelled, tried again and delivered at once and in turn comes out exact, from seed %d",
  async (first) => {
    for (let seed = first; seed < first + SEEDS; seed++) {
      const random = randomOf(seed, 7);
      const company = await createCompany();
      const { token } = await createUser({ access: [{ company, role: "manager" }] });
      const code = await prepareImport(company, FILE);
      const around = seed % 2 ? failSometimes(random) : undisturbed;
      const said: string[] = [];
      let later = 0;
      const acts = {
        deliver: () =>
          deliver(code, {
            env: surround(env, around, async () => {}),
            limits: SMALL,
            newSlice: sliceOf(6 + Math.floor(random() * 20)),
            now: () => Date.now() + later,
            // Without leases, too: it is checkpoints that keep an import exact.
            ...(seed % 3 === 0 && { leaseMs: 0 }),
          }),
        cancel: () => ask("cancel", code, token, around),
        retry: () => ask("retry", code, token, around),
      };
      const steps = 4 + Math.floor(random() * 8);
      for (let at = 0; at < steps; at++) {
        const together = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
          const dice = random();
          return dice < 0.55 ? "deliver" : dice < 0.75 ? "cancel" : "retry";
        });
        said.push(together.join("+"));
        await Promise.all(together.map((name) => acts[name as keyof typeof acts]()));
        later += 60 * 60_000;
        const status = await statusOf(company, code);
        if (status === 5) await expectPrefix(company, code, `seed ${seed}: ${said.join(", ")}`);
      }
      await finish(company, code, token);
      expect(await aftermath(company, code), `seed ${seed}: ${said.join(", ")}`).toEqual(whole);
    }
  },
);

test("an import is cancelled and tried again exactly, whatever operation of it fails", async () => {
  const operations = await failEachOperation(async (around, what) => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const code = await prepareImport(company, FILE);
    await deliver(code, {
      env: surround(env, undisturbed, async () => {}),
      limits: SMALL,
      newSlice: sliceOf(14),
    });
    await untilAccepted("cancel");
    await runToEnd(code, around, { limits: SMALL, newSlice: sliceOf(14) });
    expect(await statusOf(company, code), what()).toBe(5);
    await expectPrefix(company, code, what());
    await untilAccepted("retry");
    await runToEnd(code, around, { limits: SMALL, newSlice: sliceOf(14) });
    await finish(company, code, token);
    expect(await aftermath(company, code), what()).toEqual(whole);

    /** As a client does that got no 202: with the same key it is done once. */
    async function untilAccepted(control: "cancel" | "retry") {
      const headers = { "Idempotency-Key": `${control}-${code}` };
      const once = await ask(control, code, token, around, headers);
      const { status } = once.status === 202 ? once : await ask(control, code, token, undisturbed, headers);
      expect(status, what()).toBe(202);
    }
  }, STEP);
  expect(operations).toBeGreaterThan(20);
});
