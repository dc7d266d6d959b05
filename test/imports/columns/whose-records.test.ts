import { describe, expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { LeadRecord } from "../../../src/leads/lead-record.ts";

/** The leads of a file's text in a company in Mexico. */
function leadsOf(header: string, ...lines: string[]): LeadRecord[] {
  const records = lines.map((line) => line.split(","));
  const place = { country: "MX" } as const;
  const columns = matchColumns(header.split(","), null, [], { records, place });
  return records.map((record) => {
    const lead = cleanRecord(record, { columns, country: "MX", stages: [] }, false);
    if (isRejection(lead)) throw new Error(lead.reason);
    return lead;
  });
}

const codesOf = (lead: LeadRecord | undefined) => lead?.warnings?.map(({ code }) => code) ?? null;

describe("another person beside the lead", () => {
  it.each([
    "Order #,Buyer First Name,Buyer Last Name,Buyer Email,First Name,Last Name,Email",
    "Pedido,Nombre del comprador,Apellido del comprador,Correo del comprador,Nombre,Apellido,Correo",
    "Pedido,Nombre del comprador,Apellido del comprador,Correo del comprador,Nombre del asistente,Apellidos del asistente,Correo",
    "Pedido,Nome do comprador,Sobrenome do comprador,Comprador email,Nome,Sobrenome,E-mail",
  ])("is who bought: %s", (header) => {
    const leads = leadsOf(
      header,
      "1,Rita,Paz,rita@x.test,Ana,Ruiz,ana@x.test",
      "1,Rita,Paz,rita@x.test,Leo,Gil,leo@x.test",
    );
    expect(leads[0]).toMatchObject({ email: "ana@x.test", firstName: "Ana", lastName: "Ruiz" });
    expect(leads.map(({ email }) => email)).toEqual(["ana@x.test", "leo@x.test"]);
  });

  it("is the lead where the file has nobody else", () => {
    const [lead] = leadsOf("Buyer First Name,Buyer Last Name,Buyer Email", "Rita,Paz,rita@x.test");
    expect(lead).toMatchObject({ email: "rita@x.test", firstName: "Rita", lastName: "Paz", warnings: null });
  });

  it.each(["mamá", "papá", "mãe", "pai", "mom", "dad", "tutor", "guardian", "abuela", "comprador"])(
    "is a relative in brackets: %s",
    (who) => {
      const [lead] = leadsOf(
        `Nombre,Correo,Correo (${who}),Correo 2 (${who}),Tel (${who}),Nombre (${who})`,
        "Ana,ana@x.test,eva@x.test,eva2@x.test,55 1234 0001,Eva",
      );
      expect(lead).toMatchObject({ email: "ana@x.test", phone: null, firstName: "Ana", warnings: null });
      const [second] = leadsOf(`Correo (${who}),Teléfono`, "eva@x.test,55 1234 0001");
      expect(second).toMatchObject({ email: null, phone: "+525512340001" });
    },
  );
});

describe("the country of a record", () => {
  it.each([
    "Default Address Country Code",
    "Address 1 - Country",
    "País o región del trabajo",
    "País/Región (casa)",
    "Card Address Country",
    "País ou região do trabalho",
    "Address (Country)",
    "Shipping Country",
    "Business Country/Region",
    "Endereço - País",
    "LEID,CC",
  ])("is seen under %s", (header) => {
    const id = header.includes(",") ? "77," : "";
    const [lead] = leadsOf(`Email,Phone,${header}`, `ana@x.test,612 34 56 78,${id}ES`);
    expect(lead).toMatchObject({ phone: "+34612345678", country: "ES", warnings: null });
  });

  it("is the first that the record says", () => {
    const leads = leadsOf(
      "Email,Phone,Business Country/Region,Home Country/Region",
      "ana@x.test,612 34 56 78,,Spain",
      "leo@x.test,55 1234 0001,México,Spain",
    );
    expect(leads.map(({ phone }) => phone)).toEqual(["+34612345678", "+525512340001"]);
    expect(leads.map(({ country }) => country)).toEqual(["Spain", "México"]);
  });

  it("that a cell takes away is not another column's", () => {
    const [lead] = leadsOf("Email,Country,Home Country", "ana@x.test,[clear],Spain");
    expect(lead?.country).toBeNull();
  });
});

describe("who pays", () => {
  it("is the lead where it has no phone of its own", () => {
    const [lead] = leadsOf("Email,Nombre,Billing Phone", "ana@x.test,Ana,55 1234 0001");
    expect(lead).toMatchObject({ phone: "+525512340001", firstName: "Ana", warnings: null });
    const leads = leadsOf(
      "Email,Phone,Billing Phone",
      "ana@x.test,55 1234 0001,55 1234 0002",
      "leo@x.test,,55 1234 0003",
    );
    expect(leads.map(({ phone }) => phone)).toEqual(["+525512340001", "+525512340003"]);
  });

  it.each([
    ["Billing Name,Billing Phone,Shipping Name,Shipping Phone", "Bob,55 1234 0001,Rita,55 1234 0002"],
    ["Shipping Name,Shipping Phone,Billing Name,Billing Phone", "Rita,55 1234 0002,Bob,55 1234 0001"],
    [
      "Nombre de envío,Teléfono de envío,Nombre de facturación,Teléfono de facturación",
      "Rita,55 1234 0002,Bob,55 1234 0001",
    ],
  ])("comes before who gets the goods: %s", (header, line) => {
    const [lead] = leadsOf(header, line);
    expect(lead).toMatchObject({ phone: "+525512340001", firstName: "Bob" });
    expect(codesOf(lead)).toBeNull();
  });
});
