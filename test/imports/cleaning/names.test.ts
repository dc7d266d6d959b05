import { describe, expect, it } from "vitest";
import { lead } from "./cleaned.ts";

const codes = (record: Record<string, string>) =>
  lead(record).warnings?.map(({ code, column }) => [code, column]);

describe("a name that is an e-mail or a phone", () => {
  it.each([
    ["Nombre completo", "bea@x.test", null, null],
    ["Nombre completo", "Bea <bea@x.test>", "Bea", null],
    ["Nombre completo", "Bea Díaz bea@x.test", "Bea", "Díaz"],
    ["first_name", "bea@x.test", null, "Paz"],
    ["last_name", "bea@x.test", "Ana", null],
  ])("is that of a record without one: %s %s", (column, name, firstName, lastName) => {
    const names = column === "Nombre completo" ? {} : { first_name: "Ana", last_name: "Paz" };
    const record = { ...names, [column]: name, Correo: "", phone: "55 1234 5678" };
    const expected = { email: "bea@x.test", phone: "+525512345678", firstName, lastName };
    expect(lead(record)).toMatchObject(expected);
    expect(codes(record)).toEqual([["contact_in_other_column", column]]);
    expect(lead({ ...record, phone: "" })).toMatchObject({ email: "bea@x.test" });
  });

  it.each(["first_name", "last_name", "Nombre completo"])("is kept beside another: %s", (column) => {
    const outcome = lead({ [column]: "bea@x.test", Correo: "ana@x.test", phone: "" });
    expect(outcome).toMatchObject({ email: "ana@x.test", firstName: null, lastName: null, warnings: null });
    expect(outcome.customFields).toEqual({ [column]: "bea@x.test" });
    const phone = lead({ [column]: "(55) 1234-5678", phone: "55 9999 8888" });
    expect(phone).toMatchObject({ phone: "+525599998888", firstName: null, lastName: null });
    expect(phone.customFields).toEqual({ [column]: "(55) 1234-5678" });
  });

  it("is a phone's for a record without one", () => {
    const record = { Nombre: "55 1234 5678", Correo: "ana@x.test", phone: "sin teléfono" };
    expect(lead(record)).toMatchObject({ phone: "+525512345678", firstName: null });
    expect(codes(record)).toEqual([["contact_in_other_column", "Nombre"]]);
  });

  it.each(["50 Cent", "3M", "(Ana)", "'Ana'", "@ana", "Ana @ Acme"])("is none: %s", (name) => {
    expect(lead({ first_name: name, email: "ana@x.test" })).toMatchObject({
      firstName: name,
      warnings: null,
    });
  });
});

describe("what is no name", () => {
  it.each([
    "7",
    "2000",
    "0000100234",
    "12,345.00",
    "-15",
    "10%",
    "TRUE",
    "false",
    "VERDADERO",
    "[object Object]",
    "None",
    "undefined undefined",
    "null NULL",
    "2026-03-01",
    "01/03/2026",
    "2026-03-01T10:00:00Z",
    "5 de marzo de 2026",
    "10:30",
    "$ 1500",
    "https://instagram.com/ana",
    "www.acme.test",
  ])("is kept as a custom field, and said: %s", (text) => {
    for (const header of ["Nombre", "first_name", "last_name", "Nombre completo"]) {
      const outcome = lead({ [header]: text, email: "ana@x.test" });
      expect(outcome).toMatchObject({ firstName: null, lastName: null, customFields: { [header]: text } });
      expect(outcome.warnings).toMatchObject([{ code: "invalid_name", column: header, value: text }]);
    }
    const parts = lead({ Nombre: "Ana", "Segundo nombre": text, Apellido: "Paz", email: "ana@x.test" });
    expect(parts).toMatchObject({
      firstName: "Ana",
      lastName: "Paz",
      customFields: { "Segundo nombre": text },
    });
  });

  it.each([
    "True",
    "Null",
    "Nan",
    "007",
    "+52 01",
    "(52)",
    "Falso Pérez",
    "Juan 2",
    "3M",
    "50 Cent",
    "❤️",
    "May",
    "Abril",
    "Domingo",
    "Ana2024",
    "2Pac",
    "7 de Copas",
    "Wwwendy",
    "Httpana",
    "X Æ A-12",
  ])("may be one: %s", (text) => {
    const outcome = lead({ first_name: text, email: "ana@x.test" });
    expect(outcome).toMatchObject({ firstName: text, warnings: null });
  });

  it.each([
    ["Ana undefined", "Ana", null],
    ["null Pérez López", "Pérez", "López"],
    ["Ana Null", "Ana", "Null"],
    ["Ana NaN", "Ana", null],
  ])("is no half of one: %s", (text, firstName, lastName) => {
    expect(lead({ Nombre: text, email: "ana@x.test" })).toMatchObject({ firstName, lastName });
  });
});

describe("a company before a name", () => {
  it.each([
    ["Acme, Ana Pérez", "Acme", "ana@x.test", "Ana", "Pérez", "Acme"],
    ["ACME, Ana", "Acme", "ana@x.test", "Ana", null, "Acme"],
    ["Azure Interior, Brandon Freeman", "", "b@x.test", "Brandon", "Freeman", "Azure Interior"],
    ["Ferretería Norte, Ana Ríos", "", "a@x.test", "Ana", "Ríos", "Ferretería Norte"],
    ["Acme SA de CV, Ana Ríos", "", "a@x.test", "Ana", "Ríos", "Acme SA de CV"],
    ["Acme, Ana Pérez", "", "ana@acme.com", "Acme, Ana Pérez", null, null],
    ["Pérez, Juan", "", "juan@perez.com", "Juan", "Pérez", null],
    ["Pérez López, Ana María", "Acme", "ana@x.test", "Ana María", "Pérez López", "Acme"],
    ["García, María José", "", "maria@x.test", "María José", "García", null],
    ["Acme, S.A. de C.V.", "Acme", "ana@x.test", "Acme, S.A. de C.V.", null, "Acme"],
  ])("is no family name: %s (%s, %s)", (name, company, email, firstName, lastName, companyName) => {
    const outcome = lead({ Nombre: name, Empresa: company, email });
    expect(outcome).toMatchObject({ firstName, lastName, companyName });
    if (company === "" && companyName !== null) expect(outcome.customFields).toEqual({ Nombre: name });
  });

  it.each([
    ["Deco Addict, Douglas Fletcher", "douglas@x.test", "Douglas", "Fletcher", "Deco Addict"],
    ["Deco Addict, Fletcher", null, "Fletcher", null, "Deco Addict"],
    ["Pérez, Juan", "juan.perez@x.test", "Juan", "Pérez", null],
    ["Deco Addict", "hola@x.test", "Deco", "Addict", null],
  ])("is what Odoo puts there: %s (%s)", (name, email, firstName, lastName, companyName) => {
    const record = { "Complete Name": name, Email: email ?? "", Phone: "55 1234 5678" };
    expect(lead(record)).toMatchObject({ firstName, lastName, companyName });
    const listed = lead({ "Display Name": name, Email: email ?? "", Phone: "55 1234 5678" });
    expect(listed.companyName).toBeNull();
  });
});
