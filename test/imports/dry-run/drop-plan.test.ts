import { expect, test } from "vitest";
import { createCompany } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { ledgerOf, plansOf, quiet } from "./dry-run.ts";

const FILE = ["Email", ...Array.from({ length: 20 }, (_, n) => `lead-${n % 15}@leads.test`)].join("\n");

test("a dry run that ends takes its plan with it, and no other's of the store", async () => {
  const [one, other] = [await createCompany({ store: 0 }), await createCompany({ store: 0 })];
  const dryRun = (company: typeof one) => prepareImport(company, FILE, "skip", null, "MX", { dryRun: true });
  const [first, second] = [await dryRun(one), await dryRun(other)];
  await deliver(first, { env: quiet(), newSlice: sliceOf(1) });
  const planned = await plansOf(one, first);
  expect(planned).toBeGreaterThan(0);
  await deliver(second, { env: quiet() });
  expect([await plansOf(one, first), await plansOf(other, second)]).toEqual([planned, 0]);
  await deliver(first, { env: quiet() });
  expect(await plansOf(one, first)).toBe(0);
  const [alone, beside] = [await ledgerOf(other, second), await ledgerOf(one, first)];
  expect(beside.row).toEqual(alone.row);
  expect(beside.row).toMatchObject({ created_records: 15, duplicate_records: 5 });
});
