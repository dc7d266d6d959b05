import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { countWaiting } from "../../../src/imports/pipeline/waiting.ts";
import type { ImportMessage } from "../../../src/jobs/message.ts";
import { openFairSlice } from "../../../src/jobs/slice.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { aftermath, deliver, prepareImport } from "../../harness/import-run.ts";

const COMPANIES = 6;
const OF_EACH = 3;
/** What a chunk shall take by the clock of this test. */
const CHUNK_MS = 100;

/** So many records, of which no two are one person. */
const fileOf = (records: number, name: string) =>
  `email\n${Array.from({ length: records }, (_, n) => `${name}-${n}@leads.test`).join("\n")}`;

it("small imports have their turn within seconds beside a large one, whatever consumers there are", async () => {
  let clock = Date.now();
  const now = () => clock;
  const large = await createCompany();
  const largeCode = await prepareImport(large, fileOf(1500, "large"));
  const companies: TestCompany[] = [];
  for (let n = 0; n < COMPANIES; n++) companies.push(await createCompany({ store: n % 2 }));
  const small: { code: string; company: TestCompany }[] = [];
  for (let n = 0; n < OF_EACH; n++) {
    for (const company of companies)
      small.push({ code: await prepareImport(company, fileOf(3, `n${n}`)), company });
  }

  // One consumer, and a queue as Cloudflare has it: first come, first served. Only heads of a line have a message.
  const queue = [largeCode, ...small.slice(0, COMPANIES).map(({ code }) => code)];
  const messages: string[] = [];
  const turnAt = new Map(queue.map((code) => [code, clock]));
  const endedAt = new Map<string, number>();
  const send = async ({ import_code: code }: ImportMessage) => {
    queue.push(code);
    if (!turnAt.has(code)) turnAt.set(code, clock);
  };
  const bindings = { ...env, IMPORTS: { send }, INDEX: { send: async () => {} } } as unknown as Env;
  let waited = 0;
  for (let code = queue.shift(); code !== undefined; code = queue.shift()) {
    messages.push(code);
    await deliver(code, {
      env: bindings,
      now,
      newSlice: (databases) => {
        const fair = openFairSlice(databases.budget, () => countWaiting(databases, now()), now);
        return {
          over() {
            clock += CHUNK_MS;
            return fair.over();
          },
        };
      },
    });
    if (!queue.includes(code)) endedAt.set(code, clock);
    if (code !== largeCode) waited = Math.max(waited, clock - (turnAt.get(code) ?? 0));
  }

  for (const { code, company } of small) {
    expect(await aftermath(company, code)).toMatchObject({ row: { status: 2, created_records: 3 } });
    expect(messages.filter((one) => one === code)).toHaveLength(1);
  }
  expect(await aftermath(large, largeCode)).toMatchObject({ row: { status: 2, created_records: 1500 } });
  expect(waited).toBeGreaterThan(0);
  expect(waited).toBeLessThanOrEqual(10_000);
  // Of one company one after another, in the order in which they came.
  for (const company of companies) {
    const ends = small.filter((one) => one.company === company).map(({ code }) => endedAt.get(code) ?? 0);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  }
  // Once nobody waits any more, the large one has its whole slice: 300 chunks of 100 ms.
  const slices = messages.filter((code) => code === largeCode).length;
  expect(slices).toBeGreaterThan(3);
  expect(slices).toBeLessThan(12);
});

it("an import that came later waits for the one before, without a message, and costs nothing", async () => {
  const company = await createCompany();
  const sent: unknown[] = [];
  const bindings = {
    ...env,
    IMPORTS: { send: async (message: unknown) => sent.push(message) },
  } as unknown as Env;
  const [first = "", second = ""] = [
    await prepareImport(company, fileOf(20, "first")),
    await prepareImport(company, fileOf(3, "second")),
  ];
  const rowOf = (code: string) =>
    company.database.prepare("SELECT * FROM imports WHERE import_code = ?").bind(code).first();
  expect(await rowOf(first)).toMatchObject({ queued_at: expect.any(Number) });
  expect(await rowOf(second)).toMatchObject({ queued_at: null });
  expect(await deliver(second, { env: bindings })).toBe(true);
  expect(await rowOf(second)).toMatchObject({ status: 0, lease_id: null });
  let steps = 1;
  await deliver(first, { env: bindings, newSlice: () => ({ over: () => steps-- === 0 }) });
  expect(sent).toEqual([{ kind: "import", import_code: first }]);
  await deliver(first, { env: bindings });
  expect(sent).toEqual([first, second].map((code) => ({ kind: "import", import_code: code })));
  expect(await rowOf(second)).toMatchObject({ status: 0, queued_at: expect.any(Number) });
});
