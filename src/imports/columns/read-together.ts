import { personsContact } from "./contact-headers.ts";
import { BILLING_WORDS, BUYER_WORDS, SHIPPING_WORDS } from "./contact-words.ts";
import { foldHeader, type HeaderMeaning, NAME_PARTS, namedMeaning } from "./header-names.ts";

/** 0 for the lead's own column, 1 for who bought, 2 for who pays, 3 for who gets the goods. */
function ownerOf(header: string): number {
  const words = foldHeader(header).split(" ");
  return (
    1 +
    [BUYER_WORDS, BILLING_WORDS, SHIPPING_WORDS].findIndex((known) => words.some((word) => known.has(word)))
  );
}

/** The places of columns, those of the lead's own first, then who pays before who gets the goods. */
export function inOrderOfOwners(headers: string[]): number[] {
  const owners = headers.map(ownerOf);
  return headers.map((_, index) => index).sort((a, b) => (owners[a] ?? 0) - (owners[b] ?? 0) || a - b);
}

/**
 * Changes what headers mean by what stands beside them: names of a buyer beside the lead's own are another person's;
 * a name of a lead or a deal beside a contact's is its title; `Parent/Name` is the company in Odoo's contacts, and `CC` a
 * country in Mailchimp's.
 */
export function readTogether(headers: string[], meanings: (HeaderMeaning | undefined)[]): void {
  const isEvent = listsAttendees(headers);
  if (isEvent) readAttendees(headers, meanings);
  const owners = headers.map((header, index) => (NAME_PARTS.has(meanings[index]) ? ownerOf(header) : -1));
  const folded = headers.map(foldHeader);
  const isOdoo = folded.some((header) => ODOO.has(header));
  const isMailchimp = folded.some((header) => header === "gmtoff" || header === "euid" || header === "leid");
  const hasContact = folded.some((header, index) => isNameOfContact(header, meanings[index]));
  const hasDeals = folded.some((header) => OF_DEALS.has(header));
  folded.forEach((header, index) => {
    if (owners[index] === 1 && owners.includes(0)) meanings[index] = undefined;
    if (header === "parent name" && isOdoo) meanings[index] = "company_name";
    if (header === "cc" && isMailchimp) meanings[index] = "country";
    if (hasContact && NAMES_OF_LEADS.has(header)) meanings[index] = undefined;
    if (TITLES_OF_LEADS.has(header) || (isEvent && PARTS_IN_MEETINGS.has(header)))
      meanings[index] = undefined;
    if (header === "nombre 1" && !folded.includes("nombre 2")) meanings[index] = "name";
    if (hasDeals && header === "nombre del negocio") meanings[index] = undefined;
    const [meaning, others] = BESIDE_OTHERS.get(header) ?? [];
    if (others?.some((other) => folded.includes(other))) meanings[index] = meaning;
  });
}

const ATTENDEES: ReadonlySet<string> = new Set(["asistente", "asistentes"]);
/** What somebody is in a meeting, and not at work. */
const PARTS_IN_MEETINGS: ReadonlySet<string> = new Set(["rol", "role", "papel", "funcion", "funcao"]);
/** Words of headers that lists of who came to an event or a meeting have. */
const OF_EVENTS = new Set("reunion webinar webinario seminario evento meeting".split(" "));

/** Whether a file says who comes: who bought a place stands in it, or what one comes to. */
function listsAttendees(headers: readonly string[]): boolean {
  return headers.some(
    (header) =>
      ownerOf(header) === 1 ||
      foldHeader(header)
        .split(" ")
        .some((word) => OF_EVENTS.has(word)),
  );
}

/**
 * The headers of such a file with the one who comes as the lead, `Correo` for `Correo del asistente`, unless it has another
 * column of that kind for people: then it may be their assistant's after all.
 */
export function withAttendeesAsLeads(headers: string[]): string[] {
  if (!listsAttendees(headers)) return headers;
  const fields = headers.map((header) => personsContact(header));
  return headers.map((header) => {
    if (!foldHeader(header).split(" ").includes("asistente")) return header;
    const ofLead = header.replace(/(?:\bdel?\s+)?\basistente\b/i, "");
    const field = personsContact(ofLead);
    return field === null || fields.includes(field) ? header : ofLead;
  });
}

/** Beside who bought or what one comes to, `asistente` is who comes; elsewhere it may be somebody's assistant. */
function readAttendees(headers: string[], meanings: (HeaderMeaning | undefined)[]): void {
  for (const [index, header] of headers.entries()) {
    const words = foldHeader(header).split(" ");
    if (meanings[index] !== undefined || !words.some((word) => ATTENDEES.has(word))) continue;
    const meaning = namedMeaning(words.filter((word) => !ATTENDEES.has(word) && word !== "del").join(" "));
    // Theirs is a status.
    meanings[index] = meaning === "state" ? undefined : meaning;
  }
}

/** Short names of other languages that mean something else here, unless the other half of a name stands beside them. */
const BESIDE_OTHERS = new Map<string, [HeaderMeaning, others: string[]]>([
  ["nom", ["last_name", ["prenom", "prenoms"]]],
  ["ad", ["first_name", ["soyad", "soyadı"]]],
  ["adı", ["first_name", ["soyad", "soyadı"]]],
]);

/** What Kommo and others call the title of a lead, which a contact belongs to. */
const NAMES_OF_LEADS: ReadonlySet<string> = new Set([
  "lead name",
  "nombre del lead",
  "nombre de lead",
  "nome do lead",
]);
/** What Pipedrive calls a lead, which is nobody's job. */
const TITLES_OF_LEADS: ReadonlySet<string> = new Set([
  "lead title",
  "title of the lead",
  "titulo del lead",
  "titulo do lead",
]);
/** Whom such a lead is with, where that has no name of its own. */
export const MAIN_CONTACTS: ReadonlySet<string> = new Set([
  "main contact",
  "contacto principal",
  "contato principal",
  "primary contact",
  "main contact name",
  "primary contact name",
  "nombre del contacto principal",
  "nome do contato principal",
  "lead contact person",
  "deal contact person",
]);
const CONTACTS: ReadonlySet<string> = new Set(["contact", "contacto", "contato"]);

function isNameOfContact(header: string, meaning: HeaderMeaning | undefined): boolean {
  if (MAIN_CONTACTS.has(header)) return true;
  return NAME_PARTS.has(meaning) && header.split(" ").some((word) => CONTACTS.has(word));
}

/** Headers that exports of deals have: `negocio` is then a deal, and no business. */
const OF_DEALS: ReadonlySet<string> = new Set([
  "etapa del negocio",
  "fase del negocio",
  "importe del negocio",
  "valor del negocio",
  "propietario del negocio",
  "pipeline",
]);

/** What Odoo calls a contact whose company stands before it: `Deco Addict, Ana Ríos`. */
const NAMES_OF_ODOO: ReadonlySet<string> = new Set([
  "display name",
  "complete name",
  "nombre mostrado",
  "nombre a mostrar",
  "nombre para mostrar",
  "nome de exibicao",
  "nome a apresentar",
]);
/** How Odoo says whether a contact is a company. */
const KINDS_OF_ODOO = ["is a company", "is company", "es una empresa", "es empresa", "e uma empresa"];
const ODOO: ReadonlySet<string> = new Set([...NAMES_OF_ODOO, ...KINDS_OF_ODOO]);
/** Headers of its contacts that no address book has: there a comma follows the family name. */
const ONLY_OF_ODOO: ReadonlySet<string> = new Set([
  "complete name",
  ...KINDS_OF_ODOO,
  "company type",
  "tipo de compania",
  "tipo de empresa",
  "related company",
  "empresa relacionada",
  "parent name",
  "activities",
  "actividades",
  "atividades",
]);

/** Whether a comma in a column of whole names comes after the company, as in what Odoo calls its contacts. */
export function isCompanyFirst(header: string, headers: readonly string[]): boolean {
  return NAMES_OF_ODOO.has(foldHeader(header)) && headers.some((one) => ONLY_OF_ODOO.has(foldHeader(one)));
}

/** Meta's lead ads: their `lead_status` says how far Meta has delivered the lead, not how far it has come. */
export function isMetaExport(headers: string[]): boolean {
  const names = new Set(headers.map((header) => foldHeader(header)));
  return names.has("form id") && (names.has("ad id") || names.has("adset id") || names.has("created time"));
}
