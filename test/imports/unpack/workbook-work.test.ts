import { expect, test } from "vitest";
import { memoryFile } from "../../../src/imports/preview/memory-file.ts";
import { readSheet } from "../../../src/imports/preview/sheet-sample.ts";
import { openArchive } from "../../../src/imports/unpack/archive.ts";
import { noPages, openPages } from "../../../src/imports/unpack/xlsx/string-pages.ts";
import { openWorkbook } from "../../../src/imports/unpack/xlsx/workbook.ts";
import { FIRST_ROW, writeSheet } from "../../../src/imports/unpack/xlsx/write-sheet.ts";
import { readXml } from "../../../src/imports/unpack/xlsx/xml.ts";
import { createCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { importedFrom } from "./imported.ts";
import { workbookOf } from "./workbooks.ts";

const SILENT = { open() {}, close() {}, text() {} };
const FEW = { sheets: [{ name: "S", rows: [["email"], ["a@x.example"]] }] };
const encoder = new TextEncoder();
const text = (reference: string, value: string) =>
  `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
const sheetOf = (xml: string) => workbookOf({ sheets: [{ name: "S", rows: [], xml }] });
/** Rows that have nothing, numbered after the first. */
const emptyRows = (count: number) => '<row><c s="1"/><c s="1"/></row>'.repeat(count);

async function* of(xml: string) {
  yield encoder.encode(xml);
}

test("reading XML lets others in every some milliseconds", async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  await readXml(of(`<a>${"<b/>".repeat(300_000)}</a>`), SILENT);
  clearInterval(others);
  expect(turns).toBeGreaterThan(5);
});

test("a part that only describes a workbook may not be endless", async () => {
  const reading = readXml(of(`<a>${"<b/>".repeat(100_000)}</a>`), SILENT, { left: 1024 * 1024 });
  await expect(reading).rejects.toMatchObject({ code: "archive_too_large" });
});

test("a row has no more cells than a sheet has columns", async () => {
  const { row } = await importedFrom(
    sheetOf(`<row r="1">${text("A1", "email")}${'<c r="A1"/>'.repeat(20_000)}</row>`),
  );
  expect(row).toMatchObject({ status: 4, failure_code: "damaged_workbook" });
});

test("a preview looks at the beginning of a sheet that is mostly empty, and says where that is nothing", async () => {
  const first = `<row r="1">${text("A1", "email")}</row>`;
  const sample = await readSheet(memoryFile(sheetOf(first + emptyRows(120_000) + first)), null);
  expect(sample).toMatchObject({ isWhole: false });
  expect(new TextDecoder().decode(sample.bytes)).toBe('["email"]\n');
  await expect(readSheet(memoryFile(sheetOf(emptyRows(120_000) + first)), null)).rejects.toMatchObject({
    code: "too_large",
  });
});

test("a workbook with too many texts for a preview is not called damaged, wherever its rows begin", async () => {
  const many = Array.from({ length: 5000 }, (_, n) => [`${n} ${"x".repeat(1000)}`]);
  const first = (number: number) => `<row r="1"><c r="A1" t="s"><v>${number}</v></c></row>`;
  const fileOf = (xml: string) =>
    workbookOf({
      sheets: [
        { name: "S", rows: [], xml },
        { name: "T", rows: many },
      ],
    });
  const sampleOf = (number: number) => readSheet(memoryFile(fileOf(first(number))), null);
  expect(await sampleOf(0)).toMatchObject({ isWhole: true });
  await expect(sampleOf(4999)).rejects.toMatchObject({
    code: "too_large",
    message: "The texts of the workbook are too many for a preview: import it.",
  });
});

test("a workbook with far more relations than sheets is told that", async () => {
  const related = '<Relationship Id="x" Type="/externalLink" Target="x"/>'.repeat(20_000);
  const { row } = await importedFrom(workbookOf({ ...FEW, relations: related }));
  expect(row).toMatchObject({ status: 4, failure_code: "archive_too_large" });
});

test("a sheet comes out the same from each place among its empty rows", async () => {
  const file = sheetOf(
    `<row r="1">${text("A1", "email")}</row>${emptyRows(40_000)}<row r="40003">${text("A40003", "a@x.example")}</row>`,
  );
  const { rows } = await openWorkbook(await openArchive(memoryFile(file)), null);
  const written = async (from: typeof FIRST_ROW) => {
    const pieces = [];
    const show = () => String;
    for await (const piece of writeSheet(rows.content(), show, openPages(null, noPages()), [], from))
      pieces.push({ mark: piece.mark, text: new TextDecoder().decode(piece.bytes) });
    return pieces;
  };
  const pieces = await written(FIRST_ROW);
  const whole = pieces.map(({ text }) => text).join("");
  expect(whole).toBe(`["email"]\n${"\n".repeat(40_001)}["a@x.example"]\n`);
  const places = pieces.filter(({ text }) => text === "");
  expect(places.length).toBeGreaterThan(0);
  for (const { mark } of [places[0], places.at(-1)].flatMap((place) => place ?? [])) {
    if (!mark) continue;
    const rest = await written(mark);
    expect(`["email"]\n${rest.map(({ text }) => text).join("")}`).toBe(whole);
  }
});

test("an import of a sheet that is mostly empty goes on in other slices", async () => {
  const company = await createCompany();
  const file = sheetOf(
    `<row r="1">${text("A1", "email")}</row>${emptyRows(60_000)}<row>${text("A60002", "a@x.example.com")}</row>`,
  );
  const code = await prepareImport(company, file, "skip");
  const database = company.database;
  const status = async () =>
    (await database
      .prepare("SELECT status FROM imports WHERE import_code = ?")
      .bind(code)
      .first<number>("status")) ?? 0;
  let deliveries = 0;
  while (deliveries < 40 && (await status()) < 2) {
    await deliver(code, { newSlice: () => ({ over: () => true }) });
    deliveries += 1;
  }
  expect(deliveries).toBeGreaterThan(5);
  const { results } = await database
    .prepare("SELECT email FROM leads WHERE company_id = ?")
    .bind(company.id)
    .all();
  expect(results).toMatchObject([{ email: "a@x.example.com" }]);
});

test("long numbers keep the digits that stand in the file", async () => {
  const { leads } = await importedFrom(
    workbookOf({
      sheets: [
        {
          name: "S",
          rows: [
            ["email", "external_id", "Folio", "Otro"],
            ...["4876876000000123401", "4876876000000123402", "9007199254740993"].map((id, n) => [
              `n${n}@example.com`,
              { xml: `<c r="REF"><v>${id}</v></c>` },
              { xml: `<c r="REF" s="3"><v>${id}</v></c>` },
              { xml: `<c r="REF"><v>1.2E+18</v></c>` },
            ]),
          ],
        },
      ],
    }),
  );
  expect(leads).toMatchObject([
    { external_id: "4876876000000123401", custom_fields: { Folio: "4876876000000123401", Otro: "1.2E+18" } },
    { external_id: "4876876000000123402", custom_fields: { Folio: "4876876000000123402" } },
    { external_id: "9007199254740993", custom_fields: { Folio: "9007199254740993" } },
  ]);
});
