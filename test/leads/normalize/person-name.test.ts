import { describe, expect, it } from "vitest";
import { splitName } from "../../../src/leads/normalize/names/person-name.ts";

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
    ["1st Lt. Jane Smith", "Jane", "Smith"],
    ["2nd Lt Jane Smith", "Jane", "Smith"],
    ["Capt. Jane Smith", "Jane", "Smith"],
    ["Rev. Dr. Jane Smith", "Jane", "Smith"],
    ["Maj Jane", "Maj", "Jane"],
    ["1st Choice Realty", "1st", "Choice Realty"],
    ["Sr. Juan Pérez", "Juan", "Pérez"],
    ["SRA. Ana Díaz", "Ana", "Díaz"],
    ["Sr. Lic. Juan Pérez", "Juan", "Pérez"],
    ["Ing Luis Paz", "Luis", "Paz"],
    ["Mrs Ann Lee", "Ann", "Lee"],
    ["Prof. Lee", "Lee", null],
    ["Dr.", "Dr.", null],
    ["Don Draper", "Don", "Draper"],
    ["Mr. Pérez, Juan", "Juan", "Pérez"],
    // Initials and short forms beside a first name.
    ["PÉREZ LÓPEZ, MA. GUADALUPE", "MA. GUADALUPE", "PÉREZ LÓPEZ"],
    ["García Ruiz, José A.", "José A.", "García Ruiz"],
    ["DA SILVA SANTOS, JOÃO P.", "JOÃO P.", "DA SILVA SANTOS"],
    ["DE LA O, MA. DEL CARMEN", "MA. DEL CARMEN", "DE LA O"],
    ["Silva Santos, João Neto", "João Neto", "Silva Santos"],
    // Nobody can tell: none is torn at its first space.
    ["Pérez López, Juan (Ventas)", "Pérez López, Juan (Ventas)", null],
    ["Pérez López, Dr. Juan", "Pérez López, Dr. Juan", null],
    ["Pérez López, Ma.", "Pérez López, Ma.", null],
    ["Díaz López, Ana, México", "Díaz López, Ana, México", null],
    ["Ana Díaz, M.D.", "Ana", "Díaz, M.D."],
    ["Ana Díaz, MBA, PhD", "Ana", "Díaz, MBA, PhD"],
    ["Juan Pérez, Jr.", "Juan", "Pérez, Jr."],
    ["Casa Norte, S. de R.L. de C.V.", "Casa Norte, S. de R.L. de C.V.", null],
    ["Casa Norte, S. de R. L.", "Casa Norte, S. de R. L.", null],
    ["Casa Norte, S.L.U.", "Casa Norte, S.L.U.", null],
  ])("%s", (text, firstName, lastName) => {
    expect(splitName(text)).toEqual({ firstName, lastName });
  });
});
