import { describe, expect, it } from "vitest";
import { importedFrom } from "./imported.ts";
import { type TestSheet, workbookOf } from "./workbooks.ts";

const HEADER = ["Correo", "Nombre", "Empresa"];
const sheetOf = (rows: TestSheet["rows"], more: Partial<TestSheet> = {}, prefix = "") =>
  workbookOf({ sheets: [{ name: "Leads", rows, ...more }], prefix });

describe("cells that are merged over several rows", () => {
  it.each(["", "x:"])("have their value in each of them, as people see it: %j", async (prefix) => {
    const rows = [
      HEADER,
      ["ana@example.com", "Ana", "Acme"],
      ["eva@example.com", "Eva", null],
      ["leo@example.com", "Leo", null],
      ["max@example.com", "Max", null],
    ];
    const { leads } = await importedFrom(sheetOf(rows, { merged: ["C2:C4"] }, prefix));
    expect(leads.map(({ company_name }) => company_name)).toEqual(["Acme", "Acme", "Acme", null]);
  });

  it("make no record of the rest of a tall row, and no second header of a tall one", async () => {
    const rows = [HEADER, [], ["ana@example.com", "Ana", "Acme"], [], ["eva@example.com", "Eva", "Beta"]];
    const merged = ["A1:A2", "B1:B2", "C1:C2", "A3:A4", "B3:B4", "C3:C4"];
    const { row, leads } = await importedFrom(sheetOf(rows, { merged }));
    expect(row).toMatchObject({ total_records: 2, failed_records: 0, failure_detail: null });
    expect(leads.map(({ email }) => email)).toEqual(["ana@example.com", "eva@example.com"]);
  });

  it("name the columns below a heading of several", async () => {
    const rows = [
      ["Nombre", "Contacto", null],
      [null, "Correo", "Celular"],
      ["Ana", "ana@example.com", "55 1234 5678"],
    ];
    const { leads } = await importedFrom(sheetOf(rows, { merged: ["A1:A2", "B1:C1"] }));
    expect(leads).toMatchObject([{ first_name: "Ana", email: "ana@example.com", phone: "+525512345678" }]);
  });

  it("fill nothing to their right, and nothing that is there", async () => {
    const rows = [HEADER, ["ana@example.com", "Ana", null], ["eva@example.com", "Eva", "Beta"]];
    const { leads } = await importedFrom(sheetOf(rows, { merged: ["B2:C3", "C2:C3"] }));
    expect(leads.map(({ first_name, company_name }) => [first_name, company_name])).toEqual([
      ["Ana", null],
      ["Eva", "Beta"],
    ]);
  });
});

describe("what a sheet hides", () => {
  it("is read, and said", async () => {
    const rows = [
      HEADER,
      ["ana@example.com", "Ana", "Acme"],
      ["eva@example.com", "Eva", "Acme"],
      ["leo@example.com", "Leo", "Beta"],
    ];
    const { row, leads } = await importedFrom(sheetOf(rows, { hiddenRows: [3, 4], hiddenColumns: [3, 9] }));
    expect(leads).toHaveLength(3);
    expect(leads[1]).toMatchObject({ first_name: "Eva", company_name: "Acme" });
    expect(JSON.parse(String(row.unpacked))).toMatchObject({ hidden: { rows: 2, columns: ["C"] } });
  });

  it("is nothing where a filter shows all, and a column is far to the right", async () => {
    const rows = [HEADER, ["ana@example.com", 'hidden="1" <row hidden="1">', "Acme"]];
    const { row } = await importedFrom(sheetOf(rows, { hiddenColumns: [9] }));
    expect(JSON.parse(String(row.unpacked))).not.toHaveProperty("hidden");
  });
});
