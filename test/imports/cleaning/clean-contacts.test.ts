import { describe, expect, it } from "vitest";
import { cleanRecord } from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { contextOf, lead, rejection, STAGES } from "./cleaned.ts";

describe("contact", () => {
  it("is an e-mail or a phone", () => {
    expect(lead({ email: "a@x.mx", phone: "" }).email).toBe("a@x.mx");
    expect(lead({ email: " ", phone: "55 1234 5678" })).toMatchObject({
      phone: "+525512345678",
      email: null,
    });
    expect(rejection({ Correo: "", Celular: " \u00A0" })).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail or a phone: fill in “Correo” or “Celular”.",
    });
  });

  it("may be an external id where that identifies a record: the reason names its column", () => {
    const missing = (header: string[]) => {
      const columns = matchColumns(header, null, [], undefined, { isKeyedById: true });
      return cleanRecord(
        ["", "", "Ana"],
        { columns, country: "MX", stages: STAGES, isKeyedById: true },
        false,
      );
    };
    expect(missing(["Celular", "ID externo", "Nombre"])).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail, a phone or an external id: fill in “Celular” or “ID externo”.",
    });
    expect(missing(["external_id", "x", "Nombre"])).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail, a phone or an external id: fill in “external_id”.",
    });
  });

  it.each(
    `sincorreo@gmail.com notiene@gmail.com NoTiene@hotmail.com no@tiene.com x@x.com a@a.com noemail@gmail.com
     semail@uol.com.br naotem@gmail.com sin_correo@yahoo.com notienecorreo@gmail.com nao-tem-email@gmail.com
     aaa@aaa.com.mx correo@correo.com`.split(/\s+/),
  )("is not %s: the cell is empty", (email) => {
    expect(lead({ email, phone: "55 1234 5678" })).toMatchObject({
      email: null,
      customFields: null,
      warnings: null,
    });
    expect(rejection({ email, phone: "" }).code).toBe("missing_contact");
  });

  it.each(
    `noelia@gmail.com nota@gmail.com semana@gmail.com simon@gmail.com notienes@gmail.com sinmail.perez@x.mx
     sinclair@x.mx no@tienda.mx ana@ana.mx a@x.mx`.split(/\s+/),
  )("may be %s", (email) => {
    expect(lead({ email }).email).toBe(email);
  });

  it.each([
    "9999999999",
    "5555555555",
    "+52 555 555 5555",
    "+529999999999",
    "52 9999999999",
    "+1 999 999 9999",
  ])("is not the phone %s: the cell is empty", (phone) => {
    expect(lead({ email: "a@x.mx", phone })).toMatchObject({
      phone: null,
      phoneRaw: null,
      customFields: null,
      warnings: null,
    });
    expect(rejection({ email: "", phone }).code).toBe("missing_contact");
  });

  it.each([
    ["+34 611 111 111", "+34611111111"],
    ["55 1555 5555", "+525515555555"],
  ])("may be the phone %s", (phone, number) => {
    expect(lead({ phone }).phone).toBe(number);
  });

  it.each(["Type", "Label"])("is no fax by its own %s where there is another phone", (label) => {
    const record = (kinds: string[], phones: string[]) => ({
      [`Phone 1 - ${label}`]: kinds[0] ?? "",
      "Phone 1 - Value": phones[0] ?? "",
      [`Phone 2 - ${label}`]: kinds[1] ?? "",
      "Phone 2 - Value": phones[1] ?? "",
    });
    const [fax, mobile] = ["55 1234 5678", "55 8765 4321"];
    const two = lead(record(["Work Fax", "Mobile"], [fax, mobile]));
    expect(two).toMatchObject({ phone: "+525587654321", customFields: { "Phone 1 - Value": fax } });
    expect(lead(record(["Mobile", "Home Fax"], [mobile, fax])).phone).toBe("+525587654321");
    expect(lead(record(["Work", "Mobile"], [fax, mobile])).phone).toBe("+525512345678");
    expect(lead(record(["Work Fax"], [fax])).phone).toBe("+525512345678");
  });

  it("keeps an e-mail that is none beside a phone, with a warning", () => {
    expect(lead({ Correo: "ana@example", phone: "5512345678" })).toMatchObject({
      email: null,
      phone: "+525512345678",
      customFields: { Correo: "ana@example" },
      warnings: [{ code: "invalid_email", column: "Correo", value: "ana@example" }],
    });
  });

  it("must not be a false e-mail alone", () => {
    expect(rejection({ email: "ana@example", phone: "" })).toMatchObject({
      code: "invalid_email",
      reason: "“ana@example” is not an e-mail address: its domain has no dot, as in example.com.",
    });
    expect(rejection({ email: `${"😀".repeat(100)}` }).reason).toContain(`“${"😀".repeat(60)}…”`);
  });

  it("keeps a phone that cannot be read beside an e-mail, with a warning", () => {
    for (const [phone, code] of [
      ["123", "invalid_phone"],
      ["5.2155E+11", "excel_number"],
      ["ver notas", "invalid_phone"],
      ["1234-5678 / 8765-4321", "invalid_phone"],
    ] as const) {
      expect(lead({ email: "a@x.mx", phone })).toMatchObject({
        phone: null,
        phoneRaw: phone,
        warnings: [{ code }],
      });
    }
  });

  it("keeps the text of a phone that says more than its number", () => {
    expect(lead({ phone: "55 1234 5678 ext. 12" })).toMatchObject({
      phone: "+525512345678",
      phoneRaw: "55 1234 5678 ext. 12",
      warnings: null,
    });
  });

  it("needs a phone that can be read without an e-mail", () => {
    expect(rejection({ phone: "12345" })).toMatchObject({ code: "invalid_phone" });
    expect(rejection({ phone: "12345" }).reason).toContain("country code");
    for (const phone of ["5.2155E+11", "5,2155E+11"]) {
      expect(rejection({ phone })).toMatchObject({ code: "excel_number" });
      expect(rejection({ phone }).reason).toContain("format the column as text");
    }
  });

  it("reads a phone by the record's country, else by the company's", () => {
    const phone = "11 98765-4321";
    expect(lead({ phone, country: "BR" }).phone).toBe("+5511987654321");
    expect(lead({ phone, country: "Brasil" }).phone).toBe("+5511987654321");
    expect(rejection({ phone: "5512345678", country: "Narnia" })).toMatchObject({ code: "unknown_country" });
    expect(lead({ phone: "+525512345678", country: "Narnia" })).toMatchObject({
      phone: "+525512345678",
      warnings: null,
    });
    const context = { ...contextOf(["phone"]), country: null };
    expect(cleanRecord(["5512345678"], context, false)).toMatchObject({ code: "invalid_phone" });
    expect(cleanRecord(["+525512345678"], context, false)).toMatchObject({ phone: "+525512345678" });
    expect(cleanRecord(["+525512345678"], { ...context, country: "ZZ" }, false)).toMatchObject({
      phone: "+525512345678",
    });
  });

  it.each(["País", "Código de país"])("is none beside an unknown country, which stands in %s", (header) => {
    const record = { phone: "5512345678", Ciudad: "Ruritania", Empresa: "Ruritania", [header]: "Ruritania" };
    expect(rejection(record)).toMatchObject({ code: "unknown_country", cell: 3 });
  });
});
