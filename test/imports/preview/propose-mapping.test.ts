import { expect, test } from "vitest";
import type { Column } from "../../../src/imports/columns/column.ts";
import { proposeMapping } from "../../../src/imports/preview/propose-mapping.ts";

/** Columns that become custom fields, with names of a hundred characters. */
function columnsOf(count: number, differs: Partial<Column> = {}): Column[] {
  return Array.from({ length: count }, (_, n) => {
    const name = `${n} ${"x".repeat(100)}`;
    return { kind: "custom", header: name, name, ...differs } as Column;
  });
}

test("a mapping says what each column becomes, or where that is too much for an upload, what was found", () => {
  expect(Object.keys(proposeMapping(columnsOf(100), [], null))).toHaveLength(100);
  const detected = columnsOf(3, { foundBy: "values" });
  const tooMany = [...columnsOf(1000).slice(3), ...detected];
  expect(Object.keys(proposeMapping(tooMany, [], null))).toEqual(detected.map(({ header }) => header));
});

test("where what was found is too much as well, it is the mapping that came with the file", () => {
  const all = columnsOf(1000, { foundBy: "values" });
  expect(proposeMapping(all, [], { Correo: "email" })).toEqual({ Correo: "email" });
  expect(proposeMapping(all, [], null)).toEqual({});
});
