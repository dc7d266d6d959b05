import { expect, it } from "vitest";
import { readCountry, readCountryOrCode } from "../../../src/leads/normalize/countries/read-country.ts";

it.each([
  ["CAN", "CA"],
  ["MEX", "MX"],
  ["DOM", "DO"],
  ["USA (+1)", "US"],
  ["United States (US)", "US"],
  ["US - United States", "US"],
  ["U.S.A", "US"],
  ["EE.UU", "US"],
  ["Estados Unidos de América", "US"],
  ["🇺🇸 USA", "US"],
  ["🇲🇽", "MX"],
  ["Rep. Dominicana", "DO"],
  ["República Dominicana", "DO"],
  ["R.D.", "DO"],
  ["Puerto Rico", "PR"],
  ["+52", "MX"],
  ["0052", "MX"],
  ["México +52", "MX"],
  ["Republic of Korea", "KR"],
  ["Korea, Republic of", "KR"],
  ["Republic of China", "TW"],
  ["Bolivia, Plurinational State of", "BO"],
  ["the Netherlands", "NL"],
  ["Holanda", "NL"],
  ["NA", "NA"],
  ["MX", "MX"],
  ["mx", "MX"],
  ["México", "MX"],
  ["mexico", "MX"],
  ["Brasil", "BR"],
  ["Brazil", "BR"],
  ["España", "ES"],
  ["Espanha", "ES"],
  ["Spain", "ES"],
  ["Alemania", "DE"],
  ["Alemanha", "DE"],
  ["Estados Unidos", "US"],
  ["USA", "US"],
  ["EE. UU.", "US"],
  ["EUA", "US"],
  ["Reino Unido", "GB"],
  ["UK", "GB"],
  ["Perú", "PE"],
])("reads %j as %s", (text, code) => {
  expect(readCountry(text)).toBe(code);
});

it.each([
  "América",
  "USA/Canada",
  "México, España",
  "Korea",
  "EU",
  "Latinoamérica",
  "+1",
  "+999",
  "",
  "XX",
  "ZZ",
  "Narnia",
  "__proto__",
  "constructor",
  "toString",
])("reads %j as no country", (text) => {
  expect(readCountry(text)).toBeNull();
});

it("reads a calling code that several countries share as that alone", () => {
  expect(readCountryOrCode("+1")).toEqual({ country: null, callingCode: "1" });
  expect(readCountryOrCode("1")).toEqual({ country: null, callingCode: "1" });
  expect(readCountryOrCode("0034")).toEqual({ country: "ES", callingCode: "34" });
});
