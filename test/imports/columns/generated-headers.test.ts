import { expect, it } from "vitest";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { below, pick, type Random, randomOf } from "../../fixtures/random.ts";

const SETS = 400;
const RECORDS = 8;

type Kind = "email" | "phone" | "name" | "text" | "yes" | "date" | "code" | "amount";

/** Headers of the lead's own contacts, as systems, forms and people write them. */
const EMAILS = `Email|E-mail|Email*|email_address|Email Address|E-mail Address|Correo|Correo electrónico|CORREO ELECTRONICO|
  Correo electrónico (obligatorio)|Correo Electrónico:|Correo / E-mail|Email o correo|E-mail 1 - Value|Primary Email|Work Email|
  Personal Email|Correo personal|Correo institucional|Correo corporativo|Mail|Dirección de correo|Dirección de correo electrónico|
  ¿Cuál es tu correo electrónico?|Cuál es su email|What is your email?|Qual é o seu e-mail?|Endereço de e-mail|E-mail do lead|
  E-mail do cliente|Email do contato|Correio eletrónico|Contact Email|Customer Email|lead.email|properties.email|Your email|
  Person - Email - Work|Invitee Email|Attendee email|Email (work)|Email [required]|emailAddress|E_MAIL|Por favor, ingresa tu correo`;
const PHONES = `Phone|Phone*|Phone Number|phone_number|Mobile|Mobile Phone|Mobile Phone Number|Cell Phone|Cell|WhatsApp|WhatsApp Number|
  Whatsapp No|Teléfono|TELEFONO|Tel.|Tel. Celular|No. de teléfono|N° de teléfono|Nro. de celular|Número de teléfono|Numero celular|
  Teléfono celular|Teléfono móvil|Teléfono / WhatsApp|Celular/WhatsApp|Telf.|Celular|Móvil|Teléfono (10 dígitos, obligatorio)|
  Teléfono con lada|Telefone|Telefone com DDD|Telefone celular|Fone/Celular|Fone|Telemóvel|Número do celular|Phone 1 - Value|
  Phone (Mobile)|Primary Phone|Home Phone|Work Phone|Default Address Phone|¿Cuál es tu número de teléfono?|Qual é o seu telefone?|
  What is your phone number?|lead.phone|properties.phone|Person - Phone - Mobile|Contacto telefónico|Direct Dial|Wpp|
  Número de WhatsApp|Contact Number|phoneNumber|Déjanos tu celular`;
/** Headers of what is no contact of the lead, with what stands in their cells: often addresses and numbers of others. */
const OTHERS: [string, Kind][] = [
  ["Owner Email", "email"],
  ["Contact owner email", "email"],
  ["Host Email", "email"],
  ["Organizer Email", "email"],
  ["Correo del vendedor", "email"],
  ["Email del asesor", "email"],
  ["Correo del ejecutivo", "email"],
  ["E-mail do vendedor", "email"],
  ["Assigned to (email)", "email"],
  ["Created by email", "email"],
  ["Email de quien te refirió (referido)", "email"],
  ["Fax", "phone"],
  ["Business Fax", "phone"],
  ["Fax de la empresa", "phone"],
  ["Assistant's Phone", "phone"],
  ["Teléfono de emergencia", "phone"],
  ["Emergency phone", "phone"],
  ["Teléfono del vendedor", "phone"],
  ["Celular do responsável", "phone"],
  ["Owner Phone", "phone"],
  ["Pager", "phone"],
  ["Email Opt Out", "yes"],
  ["Email opt-in", "yes"],
  ["Correo verificado", "yes"],
  ["¿Tienes WhatsApp?", "yes"],
  ["Acepta recibir correos", "yes"],
  ["Aceita receber e-mail", "yes"],
  ["Do not call", "yes"],
  ["Phone Type", "text"],
  ["Tipo de teléfono", "text"],
  ["E-mail 1 - Type", "text"],
  ["Phone 1 - Label", "text"],
  ["Estado del correo", "text"],
  ["Email Status", "text"],
  ["Email Domain", "text"],
  ["Compañía telefónica", "text"],
  ["Preferred contact", "text"],
  ["Preferencia de contacto", "text"],
  ["Medio de contacto (correo o teléfono)", "text"],
  ["Fecha de correo", "date"],
  ["Last email sent date", "date"],
  ["Fecha del último contacto", "date"],
  ["Teléfono ext.", "code"],
  ["Phone extension", "code"],
  ["Número de empleados", "code"],
  ["Number of employees", "code"],
  ["Código postal", "code"],
  ["Número de pedido", "amount"],
  ["Folio", "amount"],
  ["Monto", "amount"],
  ["Nombre (como aparece en tu correo)", "name"],
  ["Nombre", "name"],
  ["Ciudad", "text"],
  ["Empresa", "text"],
  ["Notas", "text"],
  ["URL", "text"],
];

function listOf(text: string): [string, ...string[]] {
  const [first = "", ...others] = text.split("|").map((header) => header.trim());
  return [first, ...others];
}

function cellOf(kind: Kind, random: Random): string {
  const n = below(random, 100_000);
  switch (kind) {
    case "email":
      return `persona.${n}@example.com`;
    case "phone":
      return `55 ${1000 + below(random, 9000)} ${1000 + below(random, 9000)}`;
    case "name":
      return pick(random, ["Ana Díaz", "Luis Cruz", "Eva Ríos"]);
    case "yes":
      return pick(random, ["Sí", "No", "true", "false"]);
    case "date":
      return `0${1 + below(random, 9)}/03/2026`;
    case "code":
      return String(10 + below(random, 90_000));
    case "amount":
      return String(5_500_000_000 + below(random, 99_999_999));
    case "text":
      return pick(random, ["Casa", "Móvil", "Acme", "ninguno", "example.com", "Puebla"]);
  }
}

it("finds the contact columns of headers as people write them, and no others", () => {
  const missed: string[] = [];
  const wrong: string[] = [];
  let wanted = 0;
  for (let set = 0; set < SETS; set++) {
    const random = randomOf(400, set);
    const columns = new Map<string, Kind>();
    const own = new Map<string, Kind>();
    for (let count = below(random, 2); count >= 0; count--) own.set(pick(random, listOf(EMAILS)), "email");
    for (let count = below(random, 2); count >= 0; count--) own.set(pick(random, listOf(PHONES)), "phone");
    for (let count = 2 + below(random, 6); count > 0; count--) {
      const [header, kind] = OTHERS[below(random, OTHERS.length)] ?? ["Notas", "text"];
      columns.set(header, kind);
    }
    const all = [...columns, ...own].sort(() => random() - 0.5);
    const records = Array.from({ length: RECORDS }, () => all.map(([, kind]) => cellOf(kind, random)));
    const header = all.map(([name]) => name);
    const matched = matchColumns(header, null, [], { records, place: { country: "MX" } });
    for (const [index, column] of matched.entries()) {
      const name = header[index] ?? "";
      const is =
        column.kind === "field" && (column.field === "email" || column.field === "phone")
          ? column.field
          : null;
      const should = own.get(name) ?? null;
      if (should !== null) wanted++;
      if (is === should) continue;
      if (is === null) missed.push(`${name} in ${header.join(" | ")}`);
      else wrong.push(`${name} as ${is} in ${header.join(" | ")}`);
    }
  }
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    `headers: ${wanted - missed.length} of ${wanted} contact columns found in ${SETS} sets, ${wrong.length} wrong ones`,
  );
  expect(wrong.slice(0, 10)).toEqual([]);
  expect((wanted - missed.length) / wanted).toBeGreaterThanOrEqual(0.95);
});
