import { expect } from "vitest";
import type { TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

type More = Parameters<typeof prepareImport>[5] & { source?: string };

/** Imports a file of these lines. @returns its code. */
export async function send(
  company: TestCompany,
  rows: string[],
  more: More = {},
  hints: Parameters<typeof prepareImport>[6] = { sent: [] },
): Promise<string> {
  const code = await prepareImport(company, `${rows.join("\n")}\n`, "skip", null, "MX", more, hints);
  expect(await deliver(code)).toBe(true);
  return code;
}

/** The row of an import. */
export async function importOf(code: string, company: TestCompany): Promise<Record<string, unknown>> {
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first();
  return row ?? {};
}
