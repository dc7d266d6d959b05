import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import type { ReadingHints } from "../../../src/imports/reading-hints.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

type Row = Record<string, unknown>;

export interface Imported {
  company: TestCompany;
  code: string;
  row: Row;
  leads: Row[];
  rejected: Row[];
}

/** Imports a file into a company of its own, to its end. */
export async function importedFrom(
  content: string | Uint8Array,
  { country = "MX", ...hints }: Partial<ReadingHints> & { country?: string } = {},
): Promise<Imported> {
  const company = await createCompany({ country });
  const code = await prepareImport(company, content, "skip", null, country, {}, hints);
  if (!(await deliver(code, { limits: CHUNK_LIMITS }))) throw new Error("the message was not acknowledged");
  const all = async (sql: string, value: unknown) =>
    (await company.database.prepare(sql).bind(value).all<Row>()).results;
  const [row = {}] = await all("SELECT * FROM imports WHERE import_code = ?", code);
  return {
    company,
    code,
    row,
    leads: (await all("SELECT * FROM leads WHERE company_id = ? ORDER BY record_number", company.id)).map(
      (lead) => ({
        ...lead,
        custom_fields: JSON.parse(String(lead.custom_fields ?? "{}")),
      }),
    ),
    rejected: await all("SELECT * FROM import_rejections WHERE import_id = ? ORDER BY record_number", row.id),
  };
}
