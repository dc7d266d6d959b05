import { expect, test } from "vitest";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { importOf, send } from "./sent.ts";

/** The error file of an import: its header, then its rejected records as a person has mended them. */
async function mended(company: TestCompany, code: string, header: string, rows: string[]): Promise<string[]> {
  const { results } = await company.database
    .prepare(
      `SELECT r.record_number AS record, r.code, r.reason FROM import_rejections r
       JOIN imports i ON i.id = r.import_id WHERE i.import_code = ? ORDER BY r.record_number`,
    )
    .bind(code)
    .all<{ record: number; code: string; reason: string }>();
  expect(results).toHaveLength(rows.length);
  return [
    `${header},_row,_code,_reason`,
    ...results.map(
      ({ record, code, reason }, at) => `${rows[at]},${record},${code},"${reason.replaceAll('"', '""')}"`,
    ),
  ];
}

test.each([
  [
    "both contacts are corrected",
    "Nombre,Correo,Celular",
    ["Ana Díaz,a@bad,12"],
    ["Ana Díaz,a@ok.com,5534567890"],
  ],
  ["the mail is corrected, the phone taken out", "Nombre,Correo,Celular", ["X0,y@bad,10"], ["X0,y@ok.com,"]],
  [
    "there is nothing but contacts",
    "Correo,Celular",
    ["a@bad,12", "b@bad,13"],
    ["a@x.com,5534567890", "b@x.com,"],
  ],
  ["a name is tidied up", "Nombre,Correo", ["ana díaz,"], ["Ana Díaz,c@x.com"]],
  ["a name is completed", "Nombre,Correo", ["Ana,d@bad"], ["Ana Ruiz,d@ok.com"]],
  [
    "a spreadsheet takes noughts away",
    "Nombre,Correo,Fecha,CP",
    ["Ana,,01/03/2026,06700", "Eva,,02/03/2026,06800"],
    ["Ana,a@x.com,1/03/2026,6700", "Eva,e@x.com,2/03/2026,6800"],
  ],
])("an error file is found to be of its import where %s", async (_, header, bad, good) => {
  const company = await createCompany();
  const first = await send(company, [header, ...bad], { source: "fair" });
  const back = await send(company, await mended(company, first, header, good));
  expect(await importOf(back, company)).toMatchObject({
    status: 2,
    parent_import_code: first,
    source: "fair",
    created_records: good.length,
  });
});

const FORM = "Name,Email,City,Country,Channel";
const weekly = (names: string[], email = "") =>
  names.map((name) => `${name},${email && `${name}@x.com`},Lima,Peru,Expo`);

test("what is the same in all records speaks for no import: not for a like one, nor against one that was only tried", async () => {
  const company = await createCompany();
  await send(company, [FORM, ...weekly(["Ana", "Luz", "Eva"])], { source: "week1" });
  const names = ["Ivan", "Raul", "Hugo"];
  const tried = await send(company, [FORM, ...weekly(names)], { source: "week2", dryRun: true });
  const back = await send(company, await mended(company, tried, FORM, weekly(names, "own")));
  expect(await importOf(back, company)).toMatchObject({ parent_import_code: tried, source: "week2" });
});

test.each([1, 3])("names tell whose %d records they are, whatever else is equal", async (count) => {
  const [company, other] = [await createCompany(), await createCompany()];
  await send(company, [FORM, ...weekly(["Ana", "Luz", "Eva"].slice(0, count))]);
  const names = ["Ivan", "Raul", "Hugo"].slice(0, count);
  const theirs = await send(other, [FORM, ...weekly(names)]);
  const back = await send(company, await mended(other, theirs, FORM, weekly(names, "own")));
  expect(await importOf(back, company)).toMatchObject({ status: 4, failure_code: "parent_not_found" });
});

test("columns that a spreadsheet changed still tell it from an import with fewer columns", async () => {
  const company = await createCompany();
  await send(company, ["Nombre,Correo,Ciudad,País", "Ana,,Lima,Peru", "Luz,,Lima,Peru"]);
  const header = "Nombre,Correo,Ciudad,País,CP,Fecha,Folio";
  const second = await send(
    company,
    [header, "Ivo,,Lima,Peru,06700,01/03/2026,00045", "Teo,,Lima,Peru,06800,02/03/2026,00046"],
    { mapping: { Folio: "external_id" } },
  );
  const rows = ["Ivo,i@x.com,Lima,Peru,6700,1/03/2026,45", "Teo,t@x.com,Lima,Peru,6800,2/03/2026,46"];
  const back = await send(company, await mended(company, second, header, rows));
  expect(await importOf(back, company)).toMatchObject({ parent_import_code: second, created_records: 2 });
});

test("an import that was undone is no rival of the one that came after it", async () => {
  const company = await createCompany();
  const bad = ["Nombre,Correo,Ref", "Ana,,r1", "Eva,,r2"];
  const wrong = await send(company, bad, { mapping: { Ref: "notes" } });
  await company.database.prepare("UPDATE imports SET status = 7 WHERE import_code = ?").bind(wrong).run();
  const right = await send(company, bad, { mapping: { Ref: "external_id" } });
  const rows = ["Ana,a@x.com,r1", "Eva,e@x.com,r2"];
  const back = await send(company, await mended(company, right, "Nombre,Correo,Ref", rows));
  expect(await importOf(back, company)).toMatchObject({ status: 2, parent_import_code: right });
});
