import { beforeEach, describe, expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { limitLeads } from "../../harness/accounts/memberships.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";
import { workbookOf } from "../unpack/workbooks.ts";

let company: TestCompany;
let viewer: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
});

async function run(
  file: string | Uint8Array,
  records = 3,
  onDuplicate: "skip" | "update" = "skip",
): Promise<string> {
  const code = await prepareImport(company, file, onDuplicate);
  await runToEnd(code, undisturbed, { limits: { ...CHUNK_LIMITS, records } });
  return code;
}

const errorsOf = (code: string, query = "", language?: string) =>
  bodyOf(
    call(`/import/${code}/errors${query && `?${query}`}`, {
      token: viewer.token,
      ...(language !== undefined && { headers: { "Accept-Language": language } }),
    }),
  );

const FILE = `Email,Teléfono,Stage,Website
a@x.test,12,,
b@x.test,,nowhere,not a site
not-an-address,,,
c@x.test,,,
d@x.test,34,,
d@x.test,56,,
,,,
e@x.test,78,won,
`;

describe("the errors of an import", () => {
  test("are its rejections and warnings by record, and how many there are of each kind", async () => {
    const code = await run(FILE);
    const { import_errors: errors, groups, meta } = await errorsOf(code);
    expect(
      errors.map(({ record, code, severity, column }: Record<string, unknown>) => [
        record,
        code,
        severity,
        column,
      ]),
    ).toEqual([
      [1, "invalid_phone", "warning", "Teléfono"],
      [2, "invalid_url", "warning", "Website"],
      [2, "unknown_stage", "warning", "Stage"],
      [3, "invalid_email", "rejected", "Email"],
      [5, "invalid_phone", "warning", "Teléfono"],
      [7, "invalid_phone", "warning", "Teléfono"],
    ]);
    expect(errors.every(({ reason }: { reason: string }) => reason.length > 20)).toBe(true);
    expect(groups).toEqual([
      { code: "invalid_email", column: "Email", severity: "rejected", count: 1 },
      { code: "invalid_phone", column: "Teléfono", severity: "warning", count: 3 },
      { code: "invalid_url", column: "Website", severity: "warning", count: 1 },
      { code: "unknown_stage", column: "Stage", severity: "warning", count: 1 },
    ]);
    expect(meta).toMatchObject({ total_records: 6, next_page: null });
  });

  test("come by page, and by code, column, severity and record", async () => {
    const code = await run(FILE);
    const records = async (query: string) =>
      (await errorsOf(code, query)).import_errors.map(({ record }: { record: number }) => record);
    expect(await records("limit=2&page=2")).toEqual([2, 3]);
    expect(await records("limit=4&page=2")).toEqual([5, 7]);
    expect(await records("severity_eq=rejected")).toEqual([3]);
    expect(await records("severity_eq=warning&code_eq=invalid_phone")).toEqual([1, 5, 7]);
    expect(await records("column_eq=Website")).toEqual([2]);
    expect(await records("record_eq=5")).toEqual([5]);
    expect((await errorsOf(code, "code_eq=invalid_phone&limit=1")).meta).toMatchObject({
      total_records: 3,
      total_pages: 3,
      next_page: 2,
    });
    expect(await records("column_eq=Email")).toEqual([3]);
    await problemOf(call(`/import/${code}/errors?code_cont=x`, { token: viewer.token }), 400);
    await problemOf(call(`/import/${code}/errors?severity_eq=fatal`, { token: viewer.token }), 400);
  });

  test("name the line, the column and the cell, and say what to do", async () => {
    const code = await run(
      [
        "Our leads of 2026",
        "",
        "Name,Email,Teléfono",
        '"Ana\nof two lines",ana@x.test,12',
        "",
        "Iván,not-an-address,",
        `Long,long@x.test,"${"5".repeat(300)}"`,
        "Extra,extra@x.test,,one,more",
        "Nobody,,",
        '"open,b@x.test,',
        "Zoe,,12",
      ].join("\n"),
      2,
    );
    const { import_errors: errors } = await errorsOf(code);
    const shown = errors.map(({ record, line, code, column, value }: Record<string, unknown>) => [
      record,
      line,
      code,
      column,
      value,
    ]);
    expect(shown).toEqual([
      [1, 4, "invalid_phone", "Teléfono", null],
      [2, 7, "invalid_email", "Email", "not-an-address"],
      [3, 8, "too_long", "Teléfono", "5".repeat(255)],
      [4, 9, "extra_cells", null, "one"],
      [5, 10, "missing_contact", null, null],
      [6, 11, "unclosed_quote", "Name", '"open'],
      [7, 12, "invalid_phone", "Teléfono", "12"],
    ]);
    for (const { hint, reason } of errors)
      expect([hint.length > 10, reason.length > 10]).toEqual([true, true]);
  });

  test("name the row of the sheet of a workbook", async () => {
    const code = await run(
      workbookOf({ sheets: [{ name: "Leads", rows: [["Email"], [], ["a@x.test"], ["nope"]] }] }),
    );
    expect((await errorsOf(code)).import_errors).toMatchObject([
      { record: 2, line: 4, column: "Email", value: "nope" },
    ]);
  });

  test("name lines and columns of what a limit rejected", async () => {
    await limitLeads(company, 1);
    const code = await run("email,phone\na@x.test,\n\nb@x.test,\n");
    expect((await errorsOf(code)).import_errors).toMatchObject([
      { record: 2, line: 4, code: "membership_limit", column: null, value: null },
    ]);
  });

  test("are told in the language of the reader", async () => {
    await run("email,external_id\none@x.test,1\ntwo@x.test,2\n");
    const { results } = await company.database
      .prepare("SELECT id FROM leads WHERE company_id = ? ORDER BY id")
      .bind(company.id)
      .all<{ id: number }>();
    const ids = results.map(({ id }) => id);
    const code = await prepareImport(
      company,
      "email,external_id,phone\none@x.test,2,\nnope,,\nok@x.test,,12\n",
      "update",
      null,
      "MX",
      { matchBy: ["external_id", "email", "phone"] },
    );
    await runToEnd(code, undisturbed);
    const said = async (language: string) =>
      (await errorsOf(code, "", language)).import_errors.map(
        ({ reason, hint }: { reason: string; hint: string }) => `${reason} ${hint}`,
      );
    const spanish = await said("fr, es-MX;q=0.9, en;q=0.1");
    expect(spanish[0]).toContain(
      `más de un lead: su identificador externo es el de lead ${ids[1]}, su correo es el de lead ${ids[0]}.`,
    );
    expect(spanish[1]).toContain("“nope” no es una dirección de correo: no tiene @.");
    expect(spanish[2]).toContain("No es un número de teléfono válido");
    expect((await said("pt-BR"))[1]).toContain("“nope” não é um endereço de e-mail: não tem @.");
    const english = await said("de");
    expect(english[1]).toContain("“nope” is not an e-mail address");
    expect(await said("es;q=2,,;q=x")).toEqual(english);
  });

  test("are none of records that a limit or a lead rejected after all", async () => {
    await run("email,notes\na@x.test,short\n");
    const long = "n".repeat(32_765);
    const code = await prepareImport(
      company,
      `email,phone,notes\na@x.test,12,${long}\n`,
      "update",
      null,
      "MX",
      {
        mapping: { notes: { to: "notes", rule: "append" } },
      },
    );
    await runToEnd(code, undisturbed);
    const { import_errors: errors, groups } = await errorsOf(code);
    expect(errors).toMatchObject([{ record: 1, code: "too_long", severity: "rejected" }]);
    expect(groups).toEqual([{ code: "too_long", column: "notes", severity: "rejected", count: 1 }]);
  });

  test("are counted without records that were rejected after all, listed or not", async () => {
    await limitLeads(company, 30);
    const lines = Array.from({ length: 300 }, (_, n) => `p${n}@x.test,12`);
    const code = await run(`email,phone\n${lines.join("\n")}\n`, 1000);
    const { groups, meta } = await errorsOf(code);
    expect(groups).toEqual([
      { code: "membership_limit", column: null, severity: "rejected", count: 270 },
      { code: "invalid_phone", column: "phone", severity: "warning", count: 30 },
    ]);
    expect(meta.total_records).toBe(300);
    const { warned } =
      (await company.database
        .prepare("SELECT warning_records AS warned FROM imports WHERE import_code = ?")
        .bind(code)
        .first<{ warned: number }>()) ?? {};
    expect(warned).toBe(30);
  });

  test("are listed up to a number of a chunk, and counted all", async () => {
    const lines = Array.from({ length: 400 }, (_, n) => `p${n}@x.test,12`);
    const code = await run(`email,phone\n${lines.join("\n")}\n`, 1000);
    const { groups, meta } = await errorsOf(code);
    expect(groups).toEqual([{ code: "invalid_phone", column: "phone", severity: "warning", count: 400 }]);
    expect(meta.total_records).toBe(250);
  });

  test("are the first of a chunk, whether their records are new or meet leads", async () => {
    await run("email\nknown@x.test\n");
    const lines = Array.from({ length: 300 }, (_, n) => `p${n}@x.test,12`);
    const code = await run(`email,phone\nknown@x.test,12\n${lines.join("\n")}\n`, 1000, "update");
    const { import_errors: errors, meta } = await errorsOf(code, "limit=2");
    expect(errors.map(({ record }: { record: number }) => record)).toEqual([1, 2]);
    expect(meta.total_records).toBe(250);
    expect((await errorsOf(code, "limit=50&page=5")).import_errors.at(-1).record).toBe(250);
  });

  test("keep nothing of a person in the store", async () => {
    const code = await run("email,phone,Web page\nana@x.test,55 1234 ANA,http://ana ana\n");
    const { results } = await company.database
      .prepare(
        "SELECT warnings FROM import_chunks WHERE import_id = (SELECT id FROM imports WHERE import_code = ?)",
      )
      .bind(code)
      .all<{ warnings: string }>();
    const kept = JSON.stringify(results);
    expect(kept).toContain("invalid_phone");
    expect(kept.toLowerCase()).not.toContain("ana");
  });
});
