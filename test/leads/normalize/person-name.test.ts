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
    ["Dr. Jane Berg", "Jane", "Berg"],
    ["Sr. Juan Pérez", "Juan", "Pérez"],
    ["SRA. Ana Díaz", "Ana", "Díaz"],
    ["Sr. Lic. Juan Pérez", "Juan", "Pérez"],
    ["Ing Luis Paz", "Luis", "Paz"],
    ["Mrs Ann Lee", "Ann", "Lee"],
    ["Prof. Lee", "Lee", null],
    ["Dr.", "Dr.", null],
    ["Don Draper", "Don", "Draper"],
    ["Mr. Pérez, Juan", "Juan", "Pérez"],
  ])("%s", (text, firstName, lastName) => {
    expect(splitName(text)).toEqual({ firstName, lastName });
  });
});
