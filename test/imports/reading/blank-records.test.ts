import { expect, it } from "vitest";
import { createCompany } from "../../harness/factories.ts";
import { aftermath, deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";

it("passes more blank records than a chunk holds, as a spreadsheet leaves them below its table", async () => {
  const company = await createCompany();
  const blank = ",\n".repeat(17);
  const file = `email,name\n${blank}a@example.com,A\n${blank}b@example.com,B\nc@example.com,C\n${blank}`;
  const code = await prepareImport(company, file);
  for (let delivery = 0; delivery < 5; delivery++) await deliver(code, { newSlice: () => sliceOf(100) });
  expect(await aftermath(company, code)).toMatchObject({
    row: { status: 2, total_records: 3, created_records: 3, checkpoint_offset: file.length },
    created: [{ record_number: 1 }, { record_number: 2 }, { record_number: 3 }],
  });
});
