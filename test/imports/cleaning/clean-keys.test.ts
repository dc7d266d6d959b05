import { describe, expect, it } from "vitest";
import { cleanRecord } from "../../../src/imports/cleaning/clean-record.ts";
import { tagTexts } from "../../../src/imports/cleaning/values/tag-texts.ts";
import { clean, contextOf, lead } from "./cleaned.ts";

describe("an external id", () => {
  it.each(["4.87688E+18", "4,87688E+18", "1.23457E+15", "5E+15", "'4.87688E+18"])(
    "is no key without its last digits: %s",
    (id) => {
      expect(lead({ email: "a@x.mx", external_id: id })).toMatchObject({
        externalId: null,
        customFields: { external_id: id },
        warnings: [{ code: "excel_number", column: "external_id", value: id }],
      });
    },
  );

  it("that lost them rejects a record that has no other key", () => {
    const header = ["email", "external_id"];
    const both = { ...contextOf(header), isKeyedById: true };
    const alone = { ...both, isKeyedOnlyById: true };
    const refused = { code: "excel_number", cell: 1, reason: expect.stringContaining("The id “4.8E+18”") };
    expect(cleanRecord(["", "4.8E+18"], both, false)).toMatchObject(refused);
    expect(cleanRecord(["a@x.mx", "4.8E+18"], both, false)).toMatchObject({ email: "a@x.mx" });
    expect(cleanRecord(["a@x.mx", "4.8E+18"], alone, false)).toMatchObject(refused);
  });

  it.each([
    ["4E10", "4E10"],
    ["1E+A", "1E+A"],
    ["4.876880123456E+12", "4876880123456"],
    ["'6940095564", "6940095564"],
    ["’A-1", "A-1"],
    ["O'Neil-1", "O'Neil-1"],
  ])("is kept: %s", (id, kept) => {
    expect(lead({ email: "a@x.mx", external_id: id })).toMatchObject({ externalId: kept, warnings: null });
  });
});

describe("an e-mail", () => {
  it.each(["jose&#64;x.com", "jose&#x40;x.com", "Jos&eacute; &lt;jose@x.com&gt;", "&quot;jose@x.com&quot;"])(
    "may have entities in it: %s",
    (email) => {
      expect(lead({ email })).toMatchObject({ email: "jose@x.com", warnings: null });
    },
  );

  it.each(["test@test.com", "asd@asd.com", "123@123.com", "prueba@prueba.mx"])("is none: %s", (email) => {
    expect(lead({ email, phone: "5512345678" })).toMatchObject({ email: null, warnings: null });
    expect(clean({ email, phone: "" })).toMatchObject({ code: "missing_contact" });
  });

  it.each(["test@gmail.com", "abc@abc.com", "ana@ana.com"])("is one: %s", (email) => {
    expect(lead({ email }).email).toBe(email);
  });
});

it("reads tags in quotes whole", () => {
  expect(tagTexts('"News, Letter","VIP"; Otro')).toEqual(["News, Letter", "VIP", "Otro"]);
  expect(tagTexts('"News, Letter"')).toEqual(["News, Letter"]);
  expect(tagTexts('12" x, a"b,"c d')).toEqual(['12" x', 'a"b', '"c d']);
});
