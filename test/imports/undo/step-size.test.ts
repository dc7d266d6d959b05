import { expect, test } from "vitest";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { readStep } from "../../../src/imports/undo/step/read-step.ts";
import { createCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { quiet } from "../dry-run/dry-run.ts";

test("a step reads no more of what leads were than memory has for it, and one record at the least", async () => {
  const company = await createCompany();
  const file = (notes: string) =>
    ["Email,Notes"].concat([1, 2, 3, 4, 5].map((n) => `${n}@leads.test,${notes}`)).join("\n");
  await deliver(await prepareImport(company, file("a".repeat(1000))), { env: quiet() });
  const code = await prepareImport(company, file("b".repeat(1000)), "update");
  await deliver(code, { env: quiet() });
  const importId = await company.database
    .prepare("SELECT id FROM imports WHERE import_code = ?")
    .bind(code)
    .first<number>("id");
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const recordsOf = async (to: number, bytes?: number) => {
    const step = await readStep(tenant, { importId: importId ?? 0, nextRecord: to }, 500, bytes);
    expect(step.updated.map(({ record }) => record).toSorted()).toEqual(
      Array.from({ length: step.to - step.from + 1 }, (_, n) => step.from + n),
    );
    return [step.from, step.to];
  };
  expect(await recordsOf(5)).toEqual([1, 5]);
  expect(await recordsOf(5, 2500)).toEqual([4, 5]);
  expect(await recordsOf(3, 2500)).toEqual([2, 3]);
  expect(await recordsOf(4, 100)).toEqual([4, 4]);
});
