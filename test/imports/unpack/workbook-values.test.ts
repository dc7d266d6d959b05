import { expect, it } from "vitest";
import { importedFrom } from "./imported.ts";
import { workbookOf } from "./workbooks.ts";

it("a workbook has its words for numbers read, and letters that were encoded twice", async () => {
  const { row, leads } = await importedFrom(
    workbookOf({
      sheets: [
        {
          name: "a",
          rows: [
            ["email", "Nombre", "Cliente", "Tamaño", "Oculto", "Zona"],
            ["a@example.com", "JosÃ© MuÃ±oz", { v: 1, s: 1 }, { v: 200, s: 2 }, { v: 7, s: 3 }, "MÃ©xico"],
            ["b@example.com", "Ángel Peña", { v: 0, s: 1 }, { v: 5, s: 2 }, null, "São João"],
          ],
        },
      ],
      patterns: ["General", '"Sí";;"No"', '[>100]"muchos";"pocos"', ";;;"],
    }),
  );
  expect<unknown>(leads).toMatchObject([
    {
      first_name: "José",
      last_name: "Muñoz",
      custom_fields: { Cliente: "Sí", Tamaño: "muchos", Oculto: "7", Zona: "México" },
    },
    { first_name: "Ángel", custom_fields: { Cliente: "No", Tamaño: "pocos", Zona: "São João" } },
  ]);
  expect(row).toMatchObject({ status: 2, warning_records: 1 });
});
