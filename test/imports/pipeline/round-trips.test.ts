import { expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { createCompany } from "../../harness/factories.ts";
import { aftermath, prepareImport, runToEnd } from "../../harness/import-run.ts";

/** How often an import of so many chunks waits for its lead store. */
async function callsOf(chunks: number): Promise<number> {
  const company = await createCompany();
  const emails = Array.from({ length: chunks * 10 }, (_, index) => `lead-${index}@leads.test`);
  const code = await prepareImport(company, ["Email", ...emails].join("\n"));
  let calls = 0;
  await runToEnd(
    code,
    ({ binding }, call) => {
      if (binding === "LEADS_0") calls += 1;
      return call();
    },
    { limits: { ...CHUNK_LIMITS, records: 10 } },
  );
  expect(await aftermath(company, code)).toMatchObject({ row: { status: 2, created_records: chunks * 10 } });
  return calls;
}

test("a chunk more is one call of the lead store more", async () => {
  expect((await callsOf(7)) - (await callsOf(3))).toBe(4);
});
