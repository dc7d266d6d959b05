import { expect, it } from "vitest";
import { readCountry } from "../../../src/imports/cleaning/countries.ts";

it.each([
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

it.each(["", "XX", "ZZ", "Narnia", "__proto__", "constructor", "toString"])(
  "reads %j as no country",
  (text) => {
    expect(readCountry(text)).toBeNull();
  },
);
