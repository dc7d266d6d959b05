import { describe, expect, it } from "vitest";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { readCountry } from "../../../src/leads/normalize/countries/read-country.ts";
import { brief } from "./matched.ts";

const NAMES = ["Ana López", "Luis Pérez", "Zoe Díaz"];
const EMAILS = ["ana@x.test", "luis@x.test", "zoe@x.test"];
const PHONES = ["55 1234 5678", "55 1234 5679", "55 1234 5680"];

/** What the columns of a file are taken for, by their headers and cells. */
function columnsOf(columns: Record<string, string[]>): string[] {
  const records = NAMES.map((_, row) => Object.values(columns).map((cells) => cells[row] ?? ""));
  const place = { country: readCountry("MX") };
  return matchColumns(Object.keys(columns), null, [], { records, place }).map(brief);
}

describe.each([
  "Contacto",
  "Persona de contacto",
  "Contato",
  "Pessoa de contato",
  "Contact",
  "CONTACT PERSON:",
])("a column “%s”", (header) => {
  it("holds names where its cells are no e-mails and no phones", () => {
    expect(columnsOf({ [header]: NAMES, Email: EMAILS })).toEqual(["full_name", "email"]);
    expect(columnsOf({ Teléfono: PHONES, [header]: ["Ana", "", "55 1"] })).toEqual(["phone", "full_name"]);
  });

  it("holds what its cells are, and no name beside one", () => {
    expect(columnsOf({ [header]: PHONES, Email: EMAILS })).toEqual(["phone", "email"]);
    expect(columnsOf({ [header]: EMAILS, Teléfono: PHONES })).toEqual(["email", "phone"]);
    const others = columnsOf({ [header]: PHONES, Email: EMAILS, Teléfono: PHONES });
    expect(others).toEqual([`custom ${header}`, "email", "phone"]);
    expect(columnsOf({ Nombre: NAMES, [header]: NAMES, Email: EMAILS })[1]).toBe(`custom ${header}`);
    expect(columnsOf({ Nombre: NAMES, Apellido: NAMES, [header]: NAMES, Email: EMAILS })[2]).toBe(
      `custom ${header}`,
    );
  });
});
