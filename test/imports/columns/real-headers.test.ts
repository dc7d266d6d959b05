import { describe, expect, it } from "vitest";
import { match } from "./matched.ts";

describe("headers of real exports", () => {
  it("HubSpot in Spanish", () => {
    expect(
      match([
        "ID de registro",
        "Nombre",
        "Apellidos",
        "Correo",
        "Número de teléfono",
        "Estado del lead",
        "Nombre de la empresa",
        "Fecha de creación",
      ]),
    ).toEqual([
      "external_id",
      "first_name",
      "last_name",
      "email",
      "phone",
      "stage",
      "company_name",
      "custom Fecha de creación",
    ]);
  });

  it("Facebook Lead Ads", () => {
    expect(
      match([
        "id",
        "created_time",
        "ad_id",
        "platform",
        "full_name",
        "email",
        "phone_number",
        "company_name",
        "city",
      ]),
    ).toEqual([
      "external_id",
      "custom created_time",
      "custom ad_id",
      "custom platform",
      "full_name",
      "email",
      "phone",
      "company_name",
      "city",
    ]);
  });

  it("Salesforce", () => {
    expect(
      match([
        "Lead ID",
        "First Name",
        "Last Name",
        "Title",
        "Company / Account",
        "Email",
        "Phone",
        "Mobile",
        "State/Province",
        "Lead Source",
        "Lead Status",
      ]),
    ).toEqual([
      "external_id",
      "first_name",
      "last_name",
      "job_title",
      "company_name",
      "email",
      "phone",
      "phone",
      "state",
      "source",
      "stage",
    ]);
  });

  it("RD Station", () => {
    expect(
      match([
        "Email",
        "Nome",
        "Telefone",
        "Celular",
        "Empresa",
        "Cargo",
        "Cidade",
        "Estado",
        "País",
        "Origem da primeira conversão",
        "Estágio no funil",
      ]),
    ).toEqual([
      "email",
      "full_name",
      "phone",
      "phone",
      "company_name",
      "job_title",
      "city",
      "state",
      "country",
      "source",
      "stage",
    ]);
  });

  it("Pipedrive", () => {
    expect(
      match([
        "Person - Name",
        "Person - Email - Work",
        "Person - Phone - Work",
        "Organization - Name",
        "Deal - Stage",
      ]),
    ).toEqual(["full_name", "email", "phone", "company_name", "stage"]);
  });

  it("the error report that went back in", () => {
    expect(match(["email", "_row", "_code", "_reason"])).toEqual(["email", "ignored", "ignored", "ignored"]);
    // The last three are the report's; the first were the original's.
    expect(match(["email", "_row", "_code", "_reason", "_row", "_code", "_reason"]).slice(1)).toEqual([
      "custom _row",
      "custom _code",
      "custom _reason",
      "ignored",
      "ignored",
      "ignored",
    ]);
  });
});

describe("names of people", () => {
  it.each([
    [
      ["email", "name"],
      ["email", "full_name"],
    ],
    [
      ["email", "Nombre"],
      ["email", "full_name"],
    ],
    [
      ["email", "Nome", "Sobrenome"],
      ["email", "first_name", "last_name"],
    ],
    [
      ["email", "Full Name", "First Name", "Last Name"],
      ["email", "full_name", "first_name", "last_name"],
    ],
    [
      ["email", "name", "first_name"],
      ["email", "full_name", "first_name"],
    ],
    [
      ["email", "Nombre completo", "Apellidos"],
      ["email", "full_name", "last_name"],
    ],
    [
      ["email", "full_name", "name"],
      ["email", "full_name", "custom name"],
    ],
    [
      ["email", "name", "Nombre", "apellido"],
      ["email", "first_name", "full_name", "last_name"],
    ],
  ])("%j", (header, columns) => {
    expect(match(header)).toEqual(columns);
  });
});
