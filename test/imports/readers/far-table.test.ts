import { expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { createCompany } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";

it("keeps the place of a second table that is met while reading, over slices and chunks", async () => {
  const company = await createCompany();
  const people = (count: number, from: number) =>
    Array.from({ length: count }, (_, at) => `P${from + at},p${from + at}@x.test,x\n`).join("");
  // The second table begins beyond the head that the layout is read from.
  const file = `Nombre,Correo,Área\n${people(400, 0)}Empresa,Correo,Ciudad\n${people(400, 400)}`;
  const long = file.replaceAll(",x\n", `,${"x".repeat(700)}\n`);
  const code = await prepareImport(company, long, "create");
  for (let delivery = 0; delivery < 50; delivery++) {
    await deliver(code, { newSlice: sliceOf(1), limits: { ...CHUNK_LIMITS, records: 150 } });
    const row = await rowOf();
    if (row.status !== 0 && row.status !== 1) break;
  }
  expect(await rowOf()).toMatchObject({ created_records: 400, failed_records: 401, total_records: 801 });
  const { results } = await company.database
    .prepare(
      "SELECT code, count(*) AS records, min(record_number) AS first FROM import_rejections WHERE import_id = (SELECT id FROM imports WHERE import_code = ?) GROUP BY code",
    )
    .bind(code)
    .all();
  expect(results).toEqual([{ code: "other_table", records: 401, first: 401 }]);

  async function rowOf(): Promise<Record<string, unknown>> {
    const row = await company.database
      .prepare("SELECT * FROM imports WHERE import_code = ?")
      .bind(code)
      .first<Record<string, unknown>>();
    return row ?? {};
  }
});
