import { describe, expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { aftermath, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";

const LONG = "n".repeat(32_766);
const APPEND = {
  notes: { to: "notes", rule: "append" },
  tags: { to: "tags", rule: "append" },
} as const;

async function importFile(
  company: TestCompany,
  lines: string[],
  fields: string[] = [],
  limits = CHUNK_LIMITS,
) {
  const mapping = Object.fromEntries(fields.map((field) => [field, APPEND[field as keyof typeof APPEND]]));
  const update = fields.length > 0 ? { mapping } : {};
  const code = await prepareImport(company, lines.join("\n"), "update", null, "MX", update as never);
  await runToEnd(code, (_, call) => call(), { limits });
  return (await aftermath(company, code)) as {
    row: Record<string, unknown>;
    rejections: { record_number: number; code: string }[];
  };
}

async function leadsOf({ id, database }: TestCompany) {
  const { results } = await database
    .prepare("SELECT external_id, email, phone, first_name FROM leads WHERE company_id = ? ORDER BY id")
    .bind(id)
    .all();
  return results;
}

describe.each([
  ["tags", Array.from({ length: 100 }, (_, n) => `t${n}`).join(";"), "too_many_tags"],
  ["notes", LONG, "too_long"],
])("a record whose %s are refused by its lead", (field, before, code) => {
  test("takes no external id away, and no record after it gets that", async () => {
    const company = await createCompany();
    await importFile(company, [`external_id,email,${field}`, `A,a@x.test,${before}`]);
    const { row, rejections } = await importFile(
      company,
      [`external_id,email,${field}`, "NEW,a@x.test,one more", "A,b@x.test,"],
      [field],
    );
    expect(rejections).toMatchObject([
      { record_number: 1, code },
      { record_number: 2, code: "external_id_taken" },
    ]);
    expect(row).toMatchObject({ failed_records: 2, updated_records: 0, created_records: 0 });
    expect(await leadsOf(company)).toMatchObject([{ external_id: "A", email: "a@x.test" }]);
  });

  test.each([1, 2, 100])("is not there for those after it, in chunks of %i records", async (records) => {
    const company = await createCompany();
    await importFile(company, [`phone,${field}`, `5512345678,${before}`]);
    const { row, rejections } = await importFile(
      company,
      [
        `phone,email,${field},first_name`,
        "5512345678,new@x.test,one more text,Rec1",
        ",new@x.test,short,Rec2",
        ...Array.from({ length: 15 }, (_, n) => `5512345678,,more ${n},Again`),
        // The lead has that already.
        `5512345678,,${before},Last`,
      ],
      [field],
      { ...CHUNK_LIMITS, records },
    );
    expect(row).toMatchObject({
      created_records: 1,
      updated_records: 1,
      duplicate_records: 0,
      failed_records: 16,
    });
    expect(rejections).toHaveLength(16);
    expect(await leadsOf(company)).toMatchObject([
      { email: null, first_name: "Last" },
      { email: "new@x.test", first_name: "Rec2" },
    ]);
  });
});

test("notes that a lead has already are not appended, however long they are", async () => {
  const company = await createCompany();
  const lines = ["email,notes", `a@x.test,${"n".repeat(20_000)}`];
  await importFile(company, lines);
  const { row } = await importFile(company, lines, ["notes"]);
  expect(row).toMatchObject({ unchanged_records: 1, failed_records: 0 });
});

test("records before one that cannot be read are imported, wherever a slice ends", async () => {
  for (let statements = 6; statements < 20; statements++) {
    const company = await createCompany();
    const emails = Array.from({ length: 30 }, (_, n) => `lead-${n}@x.test,x`);
    const file = ["email,note", ...emails, `late@x.test,${"y".repeat(300_000)}`].join("\n");
    const code = await prepareImport(company, file);
    await runToEnd(code, (_, call) => call(), {
      limits: { ...CHUNK_LIMITS, records: 10 },
      newSlice: sliceOf(statements),
    });
    expect(await aftermath(company, code), `slices of ${statements} statements`).toMatchObject({
      row: { status: 4, failure_code: "record_too_large", created_records: 30 },
    });
  }
});
