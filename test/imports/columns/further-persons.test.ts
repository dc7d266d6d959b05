import { describe, expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { LeadRecord } from "../../../src/leads/lead-record.ts";
import { readCountry } from "../../../src/leads/normalize/countries/read-country.ts";
import { costOf } from "../../harness/runtime/cost.ts";
import { brief } from "./matched.ts";

const ANA = "Ana Ruiz,ana@x.test,55 1234 0001";
const LEO = "Leo Gil,leo@x.test,55 1234 0002";

/** What the records of a file become, and what its columns are. */
function read(header: string, ...lines: string[]) {
  const records = lines.map((line) => line.split(","));
  const sample = { records, place: { country: readCountry("MX") } };
  const columns = matchColumns(header.split(","), null, [], sample);
  const context = { columns, country: "MX", stages: [] };
  return { columns: columns.map(brief), leads: records.map((record) => cleanRecord(record, context, false)) };
}

describe("the second person of each record", () => {
  it.each([
    "Contact 1 Name,Contact 1 Email,Contact 1 Phone,Contact 2 Name,Contact 2 Email,Contact 2 Phone",
    "Contact1 Name,Contact1 Email,Contact1 Phone,Contact2 Name,Contact2 Email,Contact2 Phone",
    "contact_1_name,contact_1_email,contact_1_phone,contact_2_name,contact_2_email,contact_2_phone",
    "Contact 1,Email 1,Phone 1,Contact 2,Email 2,Phone 2",
    "Primary Contact,Primary Email,Primary Phone,Secondary Contact,Secondary Email,Secondary Phone",
    "Contacto principal,Correo principal,Celular principal,Contacto secundario,Correo secundario,Celular secundario",
    "Contact Name,Email,Phone,Alternate Contact Name,Alternate Email,Alternate Phone",
    "Nombre,Correo,Teléfono,Nombre 2,Correo 2,Teléfono 2",
    "Nombre completo 1,Correo 1,Teléfono 1,Nombre completo 2,Correo 2,Teléfono 2",
    "Nome,E-mail,Telefone,Segundo contato,Segundo e-mail,Segundo telefone",
    "Customer 1 Name,Customer 1 Email,Customer 1 Phone,Customer 2 Name,Customer 2 Email,Customer 2 Phone",
  ])("lends the first one nothing: %s", (header) => {
    const { leads } = read(header, `${ANA},${LEO}`, `Eva Sol,eva@x.test,,${LEO}`, `Eva Sol,,,${LEO}`);
    expect(leads[0]).toMatchObject({ email: "ana@x.test", phone: "+525512340001", firstName: "Ana" });
    expect(leads[1]).toMatchObject({ email: "eva@x.test", phone: null, firstName: "Eva", warnings: null });
    expect(Object.values((leads[1] as LeadRecord).customFields ?? {})).toEqual([
      "Leo Gil",
      "leo@x.test",
      "55 1234 0002",
    ]);
    expect(isRejection(leads[2] as never) && leads[2]).toMatchObject({ code: "missing_contact" });
  });

  it("has a surname of its own", () => {
    const { leads } = read(
      "First Name 1,Last Name 1,Email 1,First Name 2,Last Name 2,Email 2",
      "Ana,Ruiz,ana@x.test,Leo,Gil,leo@x.test",
    );
    expect(leads[0]).toMatchObject({ email: "ana@x.test", firstName: "Ana", lastName: "Ruiz" });
  });

  it("keeps its addresses apart from a second one of the first", () => {
    const { columns } = read(
      "Name,Email,Email 2,Contact 2 Name,Contact 2 Email",
      "Ana,,ana@x.test,Leo,leo@x.test",
    );
    expect(columns).toEqual([
      "full_name",
      "email",
      "email",
      "custom Contact 2 Name",
      "custom Contact 2 Email",
    ]);
  });
});

describe("a second address of the same person", () => {
  it.each([
    ["Name,Email,Email 2", "full_name,email,email"],
    [
      "Nombre 1,Nombre 2,Apellido 1,Apellido 2,Correo 1,Correo 2",
      "first_name,name_part,last_name,name_part,email,email",
    ],
    ["Nombre,Segundo nombre,Correo,Segundo correo", "full_name,custom Segundo nombre,email,email"],
    ["Contact Name,Primary Email,Secondary Email", "full_name,email,email"],
    [
      "First Name,Additional Name,Last Name,E-mail 1 - Value,E-mail 2 - Value",
      "first_name,custom Additional Name,last_name,email,email",
    ],
  ])("is the lead's: %s", (header, kinds) => {
    expect(read(header).columns.join()).toBe(kinds);
  });

  it("is one where both cells of a contact are addresses", () => {
    const { columns } = read("Nombre,Correo,Contacto 2,Correo 2", "Ana,ana@x.test,55 1234 0001,ana@y.test");
    expect(columns).toEqual(["full_name", "email", "phone", "email"]);
  });
});

it("leaves leads to a file where only second persons have an address", () => {
  expect(read("Company,Contact 2 Name,Contact 2 Email", "Acme,Leo,leo@x.test").columns[2]).toBe("email");
});

it("is told apart in a header of a thousand persons at no cost to speak of", async () => {
  const header = Array.from({ length: 1024 }, (_, at) => `C${"abcdefghij"[at % 10]} ${1 + (at % 9)} Name`);
  header[0] = "Email";
  header[1] = "Contact 2 Email";
  expect(await costOf(200, () => matchColumns(header, null, []))).toBeLessThan(200);
});
