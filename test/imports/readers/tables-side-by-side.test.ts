import { describe, expect, it } from "vitest";
import { FileProblem } from "../../../src/imports/readers/file-problem.ts";
import { match } from "../columns/matched.ts";
import { problemOf, readText } from "../read-text.ts";

describe("tables side by side", () => {
  it.each([
    "Nombre,Correo,,Nombre,Correo\nAna,ana@x.test,,Eva,eva@x.test\nLeo,leo@x.test,,,\n",
    "Ventas CDMX,,,,Ventas MTY,,\nNombre,Teléfono,Notas,,Nombre,Teléfono,Notas\nAna,5512345678,a,,Eva,8112345678,b\n",
    "Name;Phone;;;Full name;E-mail;Phone\nAna;5512345678;;;Eva;eva@x.test;\n",
    "Correo,,Correo,,Correo\nana@x.test,,eva@x.test,,leo@x.test\n",
    ",Nome,Celular,,Nome,Celular,\n,Ana,5512345678,,Eva,5512345679,\n",
    "Nombre,Correo,Nombre,Correo\nAna,ana@x.test,Eva,eva@x.test\n",
    "Name,Email,Phone,Name,Email,Phone,Name,Email,Phone\nA,a@x.test,,B,b@x.test,,C,c@x.test,\n",
  ])("are refused with their columns: %#", async (text) => {
    const problem = await problemOf(text);
    expect(problem.code).toBe("several_tables");
    expect(problem.message).toMatch(/side by side, in the columns [A-Z] to [A-Z] \(“.*and [A-Z] to [A-Z] \(/);
  });

  it.each([
    ["a column is empty", "Nombre,Correo,,Notas\nAna,ana@x.test,,alta\n"],
    ["nobody filled in the second", "Nombre,Correo,Nombre,Correo\nAna,ana@x.test,,\n"],
    ["a column without a name has cells", "Nombre,Correo,,Nombre,Correo\nAna,ana@x.test,7,Tutor,t@x.test\n"],
    ["parts of a name are apart", "Nombre,Correo,,Apellido,Teléfono\nAna,ana@x.test,,Ríos,5512345678\n"],
    [
      "the others are of a company",
      "Nombre,Correo,,Empresa,Correo de la empresa\nAna,ana@x.test,,Acme,hola@acme.test\n",
    ],
    [
      "the others are of another person",
      "Nombre,Teléfono,,Nombre del tutor,Teléfono del tutor\nAna,5512345678,,Eva,5587654321\n",
    ],
    ["only contacts are there again", "Name,Email,Email,Phone,Phone\nAna,ana@x.test,b@x.test,5512345678,\n"],
    ["each column has its own name", "Nombre,Correo,Nombre 2,Correo 2\nAna,ana@x.test,Eva,eva@x.test\n"],
  ])("are none where %s", async (_, text) => {
    const { leads } = await readText(text);
    expect(leads).toMatchObject([{ firstName: "Ana" }]);
  });

  it("are read as the mapping says that names columns of the second", () => {
    const header = ["Nombre", "Correo", "", "Nombre", "Correo"];
    const mapping = { "Nombre (2)": null, "Correo (2)": null };
    expect(() => match(header, { Correo: "email" })).toThrow(FileProblem);
    expect(match(header, mapping)).toEqual(["full_name", "email", "custom column_3", "ignored", "ignored"]);
  });
});
