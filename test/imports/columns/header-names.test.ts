import { describe, expect, it } from "vitest";
import { foldHeader, headerMeaning } from "../../../src/imports/columns/header-names.ts";

describe("foldHeader", () => {
  it.each([
    ["E-mail", "e mail"],
    ["first_name", "first name"],
    ["First.Name *", "first name"],
    ["¿Cuál es tu teléfono?", "cual es tu telefono"],
    ["País/Região", "pais regiao"],
    ["---", ""],
  ])("folds %j to %j", (name, folded) => {
    expect(foldHeader(name)).toBe(folded);
  });
});

describe("headerMeaning", () => {
  it.each([
    [
      "email",
      ["Email", "E-mail", "E-MAIL ADDRESS", "email_address", "Email 1", "E-mail 1 - Value", "work_email"],
    ],
    [
      "email",
      ["Correo", "Correo electrónico", "CORREO ELECTRONICO", "Dirección de correo electrónico", "correo-e"],
    ],
    [
      "email",
      [
        "Endereço de e-mail",
        "E-mail do contato",
        "Correio eletrónico",
        "Person - Email - Work",
        "Pessoa - E-mail",
      ],
    ],
    [
      "phone",
      [
        "Phone",
        "phone_number",
        "Phone Number",
        "Mobile Phone",
        "Cell",
        "WhatsApp",
        "WhatsApp Number",
        "Phone 1 - Value",
      ],
    ],
    [
      "phone",
      [
        "Teléfono",
        "Telefono",
        "Celular",
        "Teléfono móvil",
        "Número de teléfono",
        "Nro. de celular",
        "Tel.",
        "Móvil",
      ],
    ],
    [
      "phone",
      ["Telefone", "Telemóvel", "Fone", "Número de telefone", "Telefone celular", "Celular/WhatsApp"],
    ],
    [
      "first_name",
      ["First Name", "firstName", "Given Name", "fname", "Nombres", "Primer nombre", "Primeiro nome"],
    ],
    [
      "last_name",
      [
        "Last Name",
        "LastName",
        "Surname",
        "Family Name",
        "Apellido",
        "Apellidos",
        "Apellido paterno",
        "Sobrenome",
      ],
    ],
    [
      "full_name",
      ["full_name", "Full Name", "Nombre completo", "Nombre y apellidos", "Nome completo", "Person - Name"],
    ],
    ["name", ["name", "Nombre", "Nome"]],
    [
      "company_name",
      ["Company", "company_name", "Company / Account", "Organization - Name", "Empresa", "Compañía"],
    ],
    [
      "company_name",
      ["Nombre de la empresa", "Razón social", "Nome da empresa", "Organização", "Nome fantasia"],
    ],
    ["job_title", ["Job Title", "Title", "Position", "Cargo", "Puesto", "Profesión", "Função", "Ocupação"]],
    ["city", ["City", "Mailing City", "Ciudad", "Cidade", "Municipio", "Município"]],
    [
      "state",
      ["State", "State/Region", "State/Province", "Estado", "Provincia", "Província", "UF", "Estado/Região"],
    ],
    ["country", ["Country", "Country/Region", "País", "País/Región", "País/Região", "País de residencia"]],
    ["phone_country", ["country_code", "Código de país", "Country calling code", "DDI", "Prefijo"]],
    ["area_code", ["Area code", "DDD", "Lada", "Código de área"]],
    ["second_surname", ["Apellido materno", "Segundo apellido"]],
    ["full_name", ["¿Cuál es tu nombre completo?", "¿Cómo te llamas?"]],
    ["first_name", ["Nombre(s)", "Invitee First Name"]],
    ["city", ["¿En qué ciudad vives?", "Ciudad / Municipio", "Ciudad (obligatorio)"]],
    [
      "source",
      ["Source", "Lead Source", "Original Source", "utm_source", "Fuente", "Origen", "Origem", "Fonte"],
    ],
    [
      "stage",
      ["Stage", "Lead Status", "Lifecycle Stage", "Etapa", "Estatus", "Etapa do funil", "Estágio no funil"],
    ],
    [
      "notes",
      ["Notes", "Comments", "Notas", "Comentarios", "Observaciones", "Observações", "Obs.", "Mensagem"],
    ],
    [
      "external_id",
      ["External ID", "id", "Lead ID", "Record ID", "ID externo", "ID de registro", "ID do registro"],
    ],
    [
      "website",
      ["Website", "Web site", "Website URL", "URL", "Web Page", "Company Website", "Homepage", "website_url"],
    ],
    [
      "website",
      ["Sitio web", "SITIO WEB", "Página web", "Página web de la empresa", "Sitio Web (URL)", "Web"],
    ],
    [
      "first_name",
      ["Name (First)", "Name - First Name", "Full Name - First Name", "Nombre completo - Nombres"],
    ],
    [
      "last_name",
      ["Name (Last)", "Full Name - Last Name", "Nombre completo (Apellidos)", "Nome completo (Sobrenome)"],
    ],
    ["area_code", ["Phone Number - Area Code", "Phone (Area Code)", "Teléfono (Lada)", "Telefone - DDD"]],
    ["phone_country", ["Phone Number - Country Code", "Default Address Country Code"]],
    ["city", ["Address (City)", "Dirección - Ciudad", "Endereço - Cidade"]],
    ["state", ["Address (State / Province)"]],
    ["name", ["What's your name?", "Name (required)", "Nombre (como aparece en tu credencial)"]],
    ["full_name", ["What's your full name?"]],
    ["company_name", ["Which company do you work for?", "What is your company?", "¿Cuál es tu empresa?"]],
    ["phone", ["SMS"]],
    ["website", ["Site", "Site da empresa", "Página na web", "Endereço do site", "¿Cuál es tu sitio web?"]],
  ] as const)("finds %s in %j", (meaning, names) => {
    for (const name of names) expect([name, headerMeaning(name)]).toEqual([name, meaning]);
  });

  it.each([
    "utm_campaign",
    "Name (Prefix)",
    "Name (Middle)",
    "Nombre (Prefijo)",
    "Nombre (mamá)",
    "Nome (mãe)",
    "Is Company",
    "Is a Company",
    "¿Es empresa?",
    "Es una empresa",
    "É empresa?",
    "CC",
    "Parent/Name",
    "ad_id",
    "created_time",
    "Fecha",
    "__proto__",
    "constructor",
    "toString",
    "",
    "日付",
  ])("finds nothing in %j", (name) => {
    expect(headerMeaning(name)).toBeUndefined();
  });
});
