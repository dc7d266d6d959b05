import { env } from "cloudflare:test";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { randomOf } from "../../fixtures/random.ts";
import type { Around, Operation } from "../../harness/bindings.ts";
import { createCompany } from "../../harness/factories.ts";
import { failEachOperation, failSometimes, undisturbed } from "../../harness/failing-operation.ts";
import { aftermath, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { zipOf } from "./packed.ts";
import { workbookOf } from "./workbooks.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

const rows = Array.from({ length: 12 }, (_, n) => [
  n % 5 === 4 ? `bad-${n}` : `lead-${n}@leads.test`,
  `Name ${n}`,
  "x".repeat(30),
]);
/** Long cells in a column that is passed over: a plain file of two parts, of few records. */
const LARGE = ["email,name,note,_reason", ...rows.map((cells) => `${cells.join(",")},${"y".repeat(30_000)}`)]
  .concat(Array.from({ length: 168 }, (_, n) => `more-${n}@leads.test,More,,${"z".repeat(30_000)}`))
  .join("\n");
const LINES = rows.map(([email, name]) => JSON.stringify({ email, name })).join("\n");
const BOOK = workbookOf({ sheets: [{ name: "a", rows: [["email", "name", "note"], ...rows] }] });

/** Of a large file, which is written again for each, few operations fail. */
const FILES: [string, Uint8Array, step: number, seeds: number][] = [
  ["gzip of two parts", new Uint8Array(gzipSync(LARGE)), howMany(40, 5), 2],
  ["ZIP of a workbook", zipOf([{ name: "leads.xlsx", content: BOOK }]), howMany(7, 1), howMany(2, 6)],
  ["NDJSON", new TextEncoder().encode(LINES), howMany(4, 1), howMany(3, 6)],
];

const LIMITS = { ...CHUNK_LIMITS, records: 100 };
const run = (code: string, around: Around, more: object = {}) =>
  runToEnd(code, around, { limits: LIMITS, newSlice: sliceOf(6), ...more });

describe.each(FILES)("an import of %s", (_, file, step, seeds) => {
  it("comes out the same whatever operation fails, before or after it took effect", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, file);
    const operations: Operation[] = [];
    await run(code, (operation, call) => {
      operations.push(operation);
      return call();
    });
    const expected = await aftermath(company, code);
    expect(expected).toMatchObject({ row: { failed_records: 2, failure_code: null } });
    const made = await env.FILES.list({ prefix: `imports/${code}/` });
    expect(made.objects.map(({ key }) => key)).toEqual([`imports/${code}/errors.csv`]);

    const failures = await failEachOperation(async (around, what) => {
      const own = await createCompany();
      const importCode = await prepareImport(own, file);
      await run(importCode, around);
      expect(await aftermath(own, importCode), what()).toEqual(expected);
    }, step);
    expect(failures).toBeGreaterThanOrEqual(operations.length - 5 - step);
  });

  it("comes out the same under several deliveries at once", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, file);
    await run(code, undisturbed);
    const expected = await aftermath(company, code);
    for (let seed = 1; seed <= seeds; seed++) {
      const random = randomOf(seed, 0);
      const own = await createCompany();
      const importCode = await prepareImport(own, file);
      const around = failSometimes(random);
      const differs = seed % 2 ? {} : { leaseMs: 0 };
      await Promise.all(Array.from({ length: howMany(2, 3) }, () => run(importCode, around, differs)));
      await run(importCode, undisturbed);
      expect(await aftermath(own, importCode), `seed ${seed}`).toEqual(expected);
    }
  });
});
