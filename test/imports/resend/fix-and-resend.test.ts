import { env } from "cloudflare:test";
import Papa from "papaparse";
import { expect, it } from "vitest";
import { memoryFile } from "../../../src/imports/preview/memory-file.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { openArchive } from "../../../src/imports/unpack/archive.ts";
import { readRows } from "../../../src/imports/unpack/xlsx/sheet-rows.ts";
import { openWorkbook } from "../../../src/imports/unpack/xlsx/workbook.ts";
import { unescapeCell } from "../../../src/text/spreadsheet-escape.ts";
import { bodyOf, call, ORIGIN } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { workbookOf } from "../unpack/workbooks.ts";
import { ACCIDENTS, accidentsOf, csvOf, goodRecord, HEADER, type Kind, MAPPING } from "./kinds.ts";
import { importOf } from "./sent.ts";

/** How many bad records: `RESENT_RECORDS=5000 node test/run.ts <this file>` takes some minutes. */
const BAD = Number(env.RESENT_RECORDS) || 230;
const GOOD = 40;

const OPTIONS = {
  mapping: MAPPING,
  constants: { source: "Feria de marzo" },
  matchBy: ["email" as const, "phone" as const],
  createMissing: true,
};

/** The leads of a company without what tells when and from where they came. */
async function leadsOf(company: TestCompany): Promise<unknown[]> {
  const { results } = await company.database
    .prepare(
      `SELECT email, phone, phone_raw, first_name, last_name, company_name, city, state, country, source, stage_id, notes,
         external_id, answers, custom_fields,
         (SELECT json_group_array(tag) FROM lead_tags t WHERE t.lead_id = leads.id) AS tags
       FROM leads WHERE company_id = ? ORDER BY external_id, email, phone`,
    )
    .bind(company.id)
    .all();
  return results;
}

/** Downloads the error file by its link, as the kind that it is. */
async function errorRows(code: string, company: TestCompany, kind: Kind): Promise<string[][]> {
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const { import_file: seen } = await bodyOf(call(`/import/${code}`, { token }));
  const answer = await call(`${seen.error_file.replace(`${ORIGIN}/api/v1`, "")}`);
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (kind === "csv") {
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    return Papa.parse<string[]>(new TextDecoder().decode(bytes), { skipEmptyLines: true }).data;
  }
  expect(answer.headers.get("Content-Type")).toMatch(/spreadsheetml\.sheet$/);
  expect(answer.headers.get("Content-Disposition")).toContain("leads-errors.xlsx");
  const { rows } = await openWorkbook(await openArchive(memoryFile(bytes)), null);
  const read: string[][] = [];
  for await (const page of readRows(rows.content(), () => String, { row: 0, position: 0, within: [] })) {
    read.push(...page.map(({ cells }) => Array.from(cells, (cell) => String(cell ?? ""))));
  }
  return read;
}

/** What a person does to each row: looks the record up by its first cell, and writes what is right. */
function correct(rows: string[][], kind: Kind): string[][] {
  const [header = [], ...records] = rows;
  const clean = (cell: string) => (kind === "csv" ? unescapeCell(cell) : cell);
  return [
    header,
    ...records.map((cells) => {
      const number = Number(clean(cells[0] ?? "").slice(2));
      const good = goodRecord(number);
      // Nothing is left in the columns without a name.
      return header.map((name, at) =>
        name === "" ? "" : at < HEADER.length ? (good[at] ?? "") : (cells[at] ?? ""),
      );
    }),
  ];
}

it.each(["csv", "xlsx"] as const)(
  "bad records of an import as %s, corrected and sent again",
  async (kind) => {
    const accidents = accidentsOf(kind);
    expect(accidents.length).toBeGreaterThanOrEqual(20);
    const records = Array.from({ length: GOOD + BAD }, (_, at) => {
      const good = goodRecord(at + 1);
      const accident = at < GOOD ? undefined : accidents[at % accidents.length];
      const cells = accident
        ? accident.damage(good, [goodRecord(1 + (at % 20)), goodRecord(21 + (at % 20))])
        : good;
      return { good, cells, accident };
    });
    const workbook = (rows: string[][]) => workbookOf({ sheets: [{ name: "Hoja 1", rows }] });
    const fileOf = (rows: typeof records) =>
      kind === "csv"
        ? csvOf(rows.map(({ cells, accident }) => ({ cells, line: accident?.line })))
        : workbook([[...HEADER], ...rows.map(({ cells }) => cells)]);

    const send = async (
      company: TestCompany,
      file: Uint8Array | string,
      more = {},
      encoding: "utf-8" | null = null,
    ) => {
      const code = await prepareImport(company, file, "update", null, "MX", more, {
        encoding,
        sent: ["on_duplicate"],
      });
      expect(await deliver(code, { limits: { ...CHUNK_LIMITS, records: 100 } })).toBe(true);
      return code;
    };
    const company = await createCompany();
    const first = await send(company, fileOf(records), OPTIONS, "utf-8");
    expect(await importOf(first, company)).toMatchObject({
      status: 3,
      failed_records: BAD,
      created_records: GOOD,
    });
    const { results: codes } = await company.database
      .prepare(
        "SELECT code, count(*) AS count FROM import_rejections r JOIN imports i ON i.id = r.import_id WHERE i.import_code = ? GROUP BY code ORDER BY code",
      )
      .bind(first)
      .all();
    const expected = new Map<string, number>();
    for (const { accident } of records)
      if (accident) expected.set(accident.code, (expected.get(accident.code) ?? 0) + 1);
    expect(codes).toEqual([...expected].sort().map(([code, count]) => ({ code, count })));

    // As it is, nothing of it is taken for good.
    const rows = await errorRows(first, company, kind);
    expect(rows).toHaveLength(BAD + 1);
    const write = (all: string[][]) =>
      kind === "csv" ? Papa.unparse(all, { newline: "\r\n" }) : workbook(all);
    const unchanged = await send(company, write(rows));
    expect(await importOf(unchanged, company)).toMatchObject({
      status: 3,
      parent_import_code: first,
      failed_records: BAD,
      created_records: 0,
      updated_records: 0,
    });

    const again = await send(company, write(correct(rows, kind)));
    expect(await importOf(again, company)).toMatchObject({
      status: 2,
      parent_import_code: first,
      created_records: BAD,
      mapping: JSON.stringify(MAPPING),
      constants: JSON.stringify(OPTIONS.constants),
    });
    const other = await createCompany({ store: 1 });
    const clean = await send(
      other,
      kind === "csv"
        ? csvOf(records.map(({ good: cells }) => ({ cells })))
        : workbook([[...HEADER], ...records.map(({ good }) => good)]),
      OPTIONS,
    );
    expect(await importOf(clean, other)).toMatchObject({ status: 2, created_records: GOOD + BAD });
    const leads = await leadsOf(company);
    expect(leads).toHaveLength(GOOD + BAD);
    expect(leads).toEqual(await leadsOf(other));
    // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
    console.log(
      `${kind}: ${BAD} bad records of ${accidents.length} kinds (${ACCIDENTS.length} in all), ${leads.length} leads equal`,
    );
  },
  900_000,
);
