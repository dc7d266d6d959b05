import { describe, expect, it } from "vitest";
import { splitName } from "../../../src/leads/normalize/person-name.ts";

describe("a whole name", () => {
  it.each([
    ["María José López Díaz", "María", "José López Díaz"],
    ["Pérez, Juan", "Juan", "Pérez"],
    ["~  Ana   Díaz ", "Ana", "Díaz"],
    ["Ana", "Ana", null],
    // What follows the comma is no first name, and the first word none before it.
    ["Díaz, Jr.", "Díaz, Jr.", null],
    ["Acme, S.A. de C.V.", "Acme, S.A. de C.V.", null],
    ["Ana Díaz, PhD", "Ana", "Díaz, PhD"],
  ])("%s", (text, firstName, lastName) => {
    expect(splitName(text)).toEqual({ firstName, lastName });
  });
});
