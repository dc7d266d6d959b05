import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importedFrom } from "./imported.ts";
import { zipOf } from "./packed.ts";
import { type TestWorkbook, workbookOf } from "./workbooks.ts";

const HEADER = ["Correo", "Nombre", "Celular"];
const sheet = (...rows: TestWorkbook["sheets"][number]["rows"]): TestWorkbook => ({
  sheets: [{ name: "Leads", rows }],
});

describe("a workbook", () => {
  it("is read as people see its cells", async () => {
    const { row, leads } = await importedFrom(
      workbookOf(
        sheet(
          ["Leads de marzo", null, null],
          [],
          [...HEADER, "Fecha", "Avance", "CP", "Precio", "Cita", "Total", "Folio largo", "Cliente"],
          [
            "ana@example.com",
            "Ana",
            5215512345678,
            { v: 46082, s: 1 },
            { v: 0.1, s: 2 },
            { v: 6700, s: 3 },
            { v: 1500.5, s: 4 },
            { v: 46082.4375, s: 5 },
            { v: 1500, s: 6 },
            { v: 123456789012345, s: 7 },
            true,
          ],
          [
            "luis@example.com",
            "Luis & <Co>\nen dos líneas",
            { xml: '<c r="REF" t="str"><f>"55"&amp;A1</f><v>55 1234 5679</v></c>' },
            { v: 46083, s: 8 },
          ],
        ),
      ),
    );
    expect(row).toMatchObject({
      status: 2,
      failure_detail: null,
      encoding: "utf-8",
      encoding_confidence: "certain",
    });
    expect(leads).toMatchObject([
      {
        email: "ana@example.com",
        phone: "+525512345678",
        custom_fields: {
          Fecha: "2026-03-01",
          Avance: "10%",
          CP: "06700",
          Precio: "$1,500.50",
          Cita: "2026-03-01 10:30",
          Total: "1500",
          "Folio largo": "123456789012345",
          Cliente: "TRUE",
        },
      },
      { email: "luis@example.com", phone: "+525512345679", custom_fields: { Fecha: "2026-03-02" } },
    ]);
    expect(JSON.parse(String(row.layout))).toMatchObject({ headerLine: 3, delimiter: null });
    expect(JSON.parse(String(row.unpacked))).toMatchObject({ layers: ["xlsx"], sheet: "Leads", task: null });
  });

  it.each<[string, TestWorkbook]>([
    ["with texts in their cells", { ...sheet(HEADER, ["ana@example.com", "Ana", null]), texts: "inline" }],
    ["with prefixes", { ...sheet(HEADER, ["ana@example.com", "Ana", null]), prefix: "x:" }],
    [
      "whose cells do not say where they are",
      {
        sheets: [
          {
            name: "a",
            rows: [],
            xml: '<row><c t="str"><v>email</v></c><c t="str"><v>name</v></c></row><row><c t="str"><v>ana@example.com</v></c><c t="str"><v>Ana</v></c></row>',
          },
        ],
      },
    ],
    [
      "with runs, readings and escapes",
      {
        sheets: [
          {
            name: "a",
            rows: [
              ["email", "name"],
              [
                {
                  xml: '<c r="REF" t="inlineStr"><is><r><t>ana@</t></r><r><t>example.com</t></r><rPh sb="0" eb="1"><t>xx</t></rPh></is></c>',
                },
                { xml: '<c r="REF" t="str"><v>Ana_x000D_</v></c>' },
              ],
            ],
          },
        ],
      },
    ],
    [
      "whose first sheet is hidden",
      {
        sheets: [
          { name: "x", hidden: true, rows: [["y"]] },
          ...sheet(HEADER, ["ana@example.com", "Ana", null]).sheets,
        ],
      },
    ],
  ])("is read %s", async (_, workbook) => {
    const { row, leads } = await importedFrom(workbookOf(workbook));
    expect(row.failure_detail).toBeNull();
    expect(leads).toMatchObject([{ email: "ana@example.com", first_name: "Ana" }]);
  });

  it("may be packed, and counts days from 1904", async () => {
    const file = workbookOf({
      ...sheet(["email", "Fecha"], ["ana@example.com", { v: 44620, s: 1 }]),
      from1904: true,
    });
    for (const packed of [zipOf([{ name: "leads.xlsx", content: file }]), gzipSync(file)]) {
      const { row, leads } = await importedFrom(new Uint8Array(packed));
      expect(row.failure_detail).toBeNull();
      expect(leads).toMatchObject([{ custom_fields: { Fecha: "2026-03-01" } }]);
    }
  });

  it.each([["Segunda"], ["segunda "], ["2"], ["\u00a0SEGUNDA"]])(
    "is read from the sheet that the sender names: %s",
    async (wanted) => {
      const workbook: TestWorkbook = {
        sheets: [
          { name: "Primera", rows: [["email"], ["no@example.com"]] },
          { name: "Segunda", rows: [["email"], ["ana@example.com"]] },
        ],
      };
      const { row, leads } = await importedFrom(workbookOf(workbook), { sheet: wanted });
      expect(leads).toMatchObject([{ email: "ana@example.com" }]);
      expect(JSON.parse(String(row.unpacked)).sheet).toBe("Segunda");
    },
  );

  it("says the row of the sheet where a record is rejected", async () => {
    const { rejected, row } = await importedFrom(
      workbookOf(
        sheet(HEADER, ["ana@example.com"], [], ["bad", "con\nsalto"], ["x@example.com", "X", "", "beyond"]),
      ),
    );
    expect(rejected.map(({ record_number, code }) => [record_number, code])).toEqual([
      [2, "invalid_email"],
      [3, "extra_cells"],
    ]);
    expect(row.next_line).toBe(6);
  });

  const cell = '<c r="A1" t="str"><v>';
  const one = (xml: string): TestWorkbook => ({ sheets: [{ name: "Hoja", rows: [], xml }] });
  it.each<[string, Uint8Array, string, RegExp]>([
    [
      "with macros",
      workbookOf({ ...sheet(HEADER), more: [{ name: "xl/vbaProject.bin", content: "x" }] }),
      "binary_file",
      /macros/,
    ],
    [
      "with a password on it",
      workbookOf({ ...sheet(HEADER), more: [{ name: "x", content: "x", encrypted: true }] }),
      "encrypted_file",
      /password/,
    ],
    [
      "of an empty sheet",
      workbookOf({ sheets: [{ name: "Vacía", rows: [] }, ...sheet(HEADER).sheets] }),
      "empty_file",
      /“Vacía” is empty.*“Leads”/,
    ],
    [
      "with a formula nobody has computed",
      workbookOf(sheet(HEADER, ["a@example.com", { xml: '<c r="REF"><f>A1</f></c>' }])),
      "formula_without_value",
      /B2/,
    ],
    [
      "with a formula whose value is empty",
      workbookOf(sheet(HEADER, ["a@example.com", { xml: '<c r="REF"><f>A1</f><v></v></c>' }])),
      "formula_without_value",
      /B2/,
    ],
    [
      "with too many columns",
      workbookOf(sheet([...HEADER, ...Array.from({ length: 1100 }, (_, n) => `c${n}`)])),
      "too_many_columns",
      /1024/,
    ],
    [
      "with 100,000 columns",
      workbookOf(
        one(`<row>${Array.from({ length: 100_000 }, () => '<c t="str"><v>x</v></c>').join("")}</row>`),
      ),
      "too_many_columns",
      /1024/,
    ],
    [
      "whose XML is broken",
      workbookOf(one(`<row r="1">${cell}x</row>`)),
      "damaged_workbook",
      /save it again/,
    ],
    [
      "that ends too soon",
      workbookOf(one(`<row r="1">${cell}x</v></c></row></sheetData></worksheet><x>`)),
      "damaged_workbook",
      /save it again/,
    ],
    [
      "whose text never ends",
      workbookOf(one(`<row r="1">${cell}${"x".repeat(3_000_000)}</v></c></row>`)),
      "damaged_workbook",
      /save it again/,
    ],
    ["that nests without end", workbookOf(one("<a>".repeat(1000))), "damaged_workbook", /save it again/],
    [
      "with entities",
      workbookOf(one(`<row r="1">${cell}&lol;</v></c></row>`)),
      "damaged_workbook",
      /save it again/,
    ],
    [
      "that names a text it lacks",
      workbookOf(one('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')),
      "damaged_workbook",
      /save it again/,
    ],
    [
      "that explodes",
      workbookOf(one(`<row r="1">${cell}x</v></c></row>${"<a/>".repeat(10_000_000)}`)),
      "archive_too_large",
      /Split/,
    ],
  ])("is refused %s", async (_, file, code, reason) => {
    const { row, leads } = await importedFrom(file);
    expect(row).toMatchObject({ status: 4, failure_code: code });
    expect(row.failure_detail).toMatch(reason);
    expect(leads).toEqual([]);
  });

  it("names the sheet where that is a cover", async () => {
    const cover = { name: "Portada", rows: [["Reporte de leads"], ["Elaborado por Ana"]] };
    const { sheets } = sheet(HEADER, ["ana@example.com", "Ana", null]);
    const { row } = await importedFrom(workbookOf({ sheets: [cover, ...sheets] }));
    expect(row.failure_code).toBe("no_contact_column");
    expect(row.failure_detail).toMatch(/the sheet “Portada”: .*in the field sheet\.$/);
  });

  it("is refused without the sheet that the sender names", async () => {
    const { row } = await importedFrom(workbookOf(sheet(HEADER)), { sheet: "Otra" });
    expect(row).toMatchObject({ failure_code: "sheet_missing" });
    expect(row.failure_detail).toMatch(/“Otra”.*“Leads”/);
  });

  it("with a password is an Office container: named so", async () => {
    const container = new Uint8Array(2048);
    container.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    container.set(Buffer.from("EncryptedPackage", "utf16le"), 1024);
    const { row } = await importedFrom(container);
    expect(row.failure_detail).toMatch(/password/);
    const { row: old } = await importedFrom(container.subarray(0, 1000));
    expect(old.failure_detail).toMatch(/\.xls\b/);
  });

  it("with a million texts is read in pages", async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => [
      `n${n}@example.com`,
      `${"x".repeat(200)}${n}`,
      `y${n}`,
    ]);
    // In another order than that of the texts, so that each row looks up another page.
    rows.sort((a, b) => String(a[2]).localeCompare(String(b[2])));
    const { row, leads } = await importedFrom(workbookOf(sheet(["email", "notes", "own"], ...rows)));
    expect(row).toMatchObject({ status: 2, created_records: 3000 });
    const wrong = leads.filter(
      ({ email, notes }) => !String(notes).endsWith(`x${String(email).slice(1, -12)}`),
    );
    expect(wrong).toEqual([]);
  });
});
