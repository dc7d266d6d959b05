import { describe, expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { LeadRecord } from "../../../src/leads/lead-record.ts";

const SAME = ["sam@corp.com", "sam@corp.com", "sam@corp.com"];
const DISTINCT = ["a@corp.com", "b@corp.com", "c@corp.com"];
const PHONES = ["55 1234 0001", "55 1234 0002", "55 1234 0003"];
const NAMES = ["Ana", "Luis", "Eva"];

/** The columns of a file as header to cells, read with its own records as the sample. */
function columnsOf(file: Record<string, string[]>) {
  return matchColumns(Object.keys(file), null, [], { records: recordsOf(file), place: { country: "MX" } });
}

function recordsOf(file: Record<string, string[]>): string[][] {
  return NAMES.map((_, at) => Object.values(file).map((cells) => cells[at] ?? ""));
}

function contactOf(file: Record<string, string[]>, header: string): string | null {
  const column = columnsOf(file).find((one) => one.header === header);
  return column?.kind === "field" && (column.field === "email" || column.field === "phone")
    ? column.field
    : null;
}

function leadsOf(file: Record<string, string[]>): LeadRecord[] {
  const context = { columns: columnsOf(file), country: "MX", stages: [] };
  return recordsOf(file).map((record) => {
    const lead = cleanRecord(record, context, false);
    if (isRejection(lead)) throw new Error(lead.reason);
    return lead;
  });
}

const warningsOf = (lead: LeadRecord | undefined) => lead?.warnings?.map(({ code }) => code) ?? [];

const OTHERS =
  `Assigned To|Owner|Vendedor|Created By|Referred by|Account manager|Sender|Owner (email)|Vendedor (correo)|
  Invited by (email)|Emergency contact (email)|Instructor (e-mail)|Correo de quien refiere|E-mail do indicador|Broker E-mail|
  Billing Email|Reference phone|Unsubscribe link|Last campaign|Correo de tu asesor|Captado por|Tutor|Entrenador (correo)|
  Correo del comercial|Teléfono del comercial|Móvil de la comercial|E-mail do comercial|Telefone da comercial|Comercial|
  Comercial (correo)|Comercial - Correo|Correo de tu comercial|Correo de los comerciales|Comercial asignado|
  Nombre del comercial|Mail de la asesora|Tel. del agente|Celular del ejecutivo|Correo del gestor|E-mail do responsável|
  Telefone do proprietário|E-mail da proprietária|Email del consultor|Teléfono de la consultora|E-mail da assessora|
  Correo del representante|E-mail da executiva|Correo de la gestora`
    .split("|")
    .map((header) => header.trim());

describe("another person's column beside the lead's phone", () => {
  it.each(OTHERS)("%s", (header) => {
    for (const cells of [SAME, DISTINCT]) {
      const leads = leadsOf({ Name: NAMES, Phone: PHONES, [header]: cells });
      expect(leads.map(({ email }) => email)).toEqual([null, null, null]);
      expect(leads.map((lead) => lead.customFields?.[header])).toEqual(cells);
      expect(leads.flatMap(warningsOf)).toEqual([]);
    }
  });

  it.each(["Assigned To", "Owner", "Reference phone", "Vendedor (celular)"])(
    "%s beside its e-mail",
    (header) => {
      const leads = leadsOf({ Name: NAMES, Email: DISTINCT, [header]: PHONES });
      expect(leads.map(({ phone }) => phone)).toEqual([null, null, null]);
    },
  );
});

it.each([
  ["Correo comercial", "email"],
  ["E-mail comercial", "email"],
  ["Telefone comercial", "phone"],
  ["¿Cuál es tu correo comercial?", "email"],
  ["Pessoa - Telefone - Comercial", "phone"],
  // The app for small businesses: a person gives it as the number to write to.
  ["Número de WhatsApp Business", "phone"],
  ["WhatsApp Business", "phone"],
])("reads %s as the lead's own", (header, field) => {
  expect(contactOf({ Name: NAMES, [header]: field === "email" ? DISTINCT : PHONES }, header)).toBe(field);
});

describe("a column found by its values", () => {
  it.each([
    "",
    "Column 1",
    "Unnamed: 2",
    "Col1",
    "Sin título",
    "Otro",
    "Dato",
    "Contacto",
    "メール",
    "¿A qué correo te enviamos la cotización?",
  ])("is under %j, where they differ", (header) => {
    const named = header === "" ? "column_3" : header;
    expect(contactOf({ Name: NAMES, Phone: PHONES, [header]: DISTINCT }, named)).toBe("email");
    expect(contactOf({ Name: NAMES, Phone: PHONES, [header]: SAME }, named)).toBeNull();
  });

  it("may have a header that is not known, where the file has nothing else", () => {
    const file = { Name: NAMES, Fernsprecher: PHONES, Postfach: DISTINCT };
    expect(contactOf(file, "Fernsprecher")).toBe("phone");
    expect(contactOf(file, "Postfach")).toBe("email");
    expect(contactOf({ Name: NAMES, Phone: PHONES, Betreuer: DISTINCT }, "Betreuer")).toBeNull();
  });

  it("is never another person's", () => {
    expect(() => columnsOf({ Name: NAMES, "Assigned To": DISTINCT })).toThrow("No column was recognised");
  });
});

it("reads a shop's billing columns as the buyer's where there are no others", () => {
  const [lead] = leadsOf({ "Billing Email": DISTINCT, "Billing Phone": PHONES });
  expect(lead).toMatchObject({ email: "a@corp.com", phone: "+525512340001", warnings: null });
});

describe("a company's contact", () => {
  it("is kept beside the person's own of either kind", () => {
    const shared = leadsOf({ Name: NAMES, Phone: PHONES, "Company Email": SAME });
    for (const lead of shared) {
      expect(lead).toMatchObject({ email: null, customFields: { "Company Email": "sam@corp.com" } });
      expect(warningsOf(lead)).toEqual([]);
    }
  });

  it("is read with a warning for a record that has no other", () => {
    const phone = "55 1234 0009";
    const leads = leadsOf({
      Name: NAMES,
      Email: ["a@x.com", "", ""],
      "Company Phone": [phone, phone, phone],
    });
    expect(leads.map((lead) => lead.phone)).toEqual([null, "+525512340009", "+525512340009"]);
    expect(leads.map(warningsOf)).toEqual([[], ["company_contact"], ["company_contact"]]);
  });

  it.each(["Company", "Owner"])("is read with a warning in a list of businesses: %s", (whose) => {
    const [lead] = leadsOf({ Empresa: NAMES, [`${whose} Email`]: DISTINCT, [`${whose} Phone`]: PHONES });
    expect(lead).toMatchObject({ email: "a@corp.com", phone: "+525512340001" });
    expect(warningsOf(lead)).toEqual(["company_contact", "company_contact"]);
  });

  it("that cannot be read is the reason why its record is no lead", () => {
    const columns = matchColumns(["Name", "Company Email"], null, []);
    const outcome = cleanRecord(["Ana", "ana@corp"], { columns, country: "MX", stages: [] }, false);
    expect(outcome).toMatchObject({ code: "invalid_email" });
  });
});
