import { readEmail } from "../../../leads/normalize/email.ts";
import { type Column, type ColumnSample, type FoundBy, RANK } from "../column.ts";
import { memoized } from "../column-names.ts";
import { type ContactHeader, type HeaderReading, readContactHeader } from "../contact-headers.ts";
import { BILLING_WORDS, SHIPPING_WORDS } from "../contact-words.ts";
import { foldHeader } from "../header-names.ts";
import { MAIN_CONTACTS } from "../read-together.ts";
import { areContacts, areEmails, areNoContacts, areOwn, arePhones, readValueKinds } from "./value-kinds.ts";

interface FoundContact {
  index: number;
  column: Column;
  foundBy: FoundBy;
}

interface OpenColumn {
  index: number;
  header: string;
  reading: HeaderReading;
}

interface CertainColumn extends OpenColumn {
  reading: ContactHeader;
}

type Field = "email" | "phone";

/**
 * Finds the columns that are e-mails or phones among those that nothing else claims: first by header, then, for a
 * kind that no header names, by the values of the cells, under headers that do not contradict. Another person's (the
 * owner's, the host's) are kept out, unless the file has nothing else; so are those of the system's user and the
 * address of bills beside the lead's own.
 *
 * @param cells the header as it stands in the file, where a blank one stays blank.
 * @param claims what is claimed already, by header or mapping.
 */
export function findContacts(
  cells: string[],
  headers: string[],
  isOpen: (index: number) => boolean,
  claims: ReadonlyMap<string, string>,
  sample: ColumnSample,
): FoundContact[] {
  const readHeader = memoized(readContactHeader);
  const open: OpenColumn[] = headers.flatMap((header, index) => {
    if (!isOpen(index)) return [];
    const cell = cells[index] ?? "";
    const saysNothing = cell.trim() === "" || readEmail(cell) !== null;
    return [{ index, header, reading: saysNothing ? "neutral" : readHeader(cell) }];
  });
  const certain = open.filter(isCertain);
  const byHeader = findByHeader(certain, claims, sample, isShopExport(headers));
  const has = (field: Field) =>
    claims.has(field) || byHeader.some(({ column }) => isOwn(column) && holds(column, field));

  for (const mayBe of [saysNoOther, isUnclear]) {
    const missing = FIELDS.filter((field) => !has(field));
    if (mayBe === isUnclear && missing.length < FIELDS.length) break;
    for (const field of missing) {
      const byValues = open.find(
        ({ index, reading }) =>
          mayBe(reading) &&
          !byHeader.some((contact) => contact.index === index) &&
          isByValues(field, reading, index, sample),
      );
      if (byValues === undefined) continue;
      const { index, header, reading } = byValues;
      const rank = isHeader(reading) && reading.whose === "company" ? RANK.company : RANK.values;
      const column: Column = { kind: "field", header, field, contact: { rank } };
      byHeader.push({ index, column, foundBy: "values" });
    }
  }
  if (!has("email") && !has("phone")) {
    // `Contacto` with an e-mail here and a phone there.
    const either = open.find(
      ({ index, reading }) =>
        reading === "neutral" && areContacts(readValueKinds(sample.records, index, sample.place)),
    );
    if (either !== undefined) {
      const contact = { rank: RANK.values, either: true };
      byHeader.push({
        index: either.index,
        column: { kind: "field", header: either.header, field: "email", contact },
        foundBy: "values",
      });
    }
  }
  if (byHeader.length > 0 || claims.has("email") || claims.has("phone")) return byHeader;
  // In a list of businesses the owners are the leads.
  return certain
    .filter(({ index }) => areOwn(readValueKinds(sample.records, index, sample.place)))
    .map(({ index, header, reading }) => ({
      index,
      column: contactColumn(header, reading),
      foundBy: "header",
    }));
}

const FIELDS: readonly Field[] = ["email", "phone"];

/** Headers that may name a person as well as a way to reach one, folded. */
const PERSONS: ReadonlySet<string> = new Set([
  "contact",
  "contact person",
  "contacto",
  "persona de contacto",
  "contato",
  "pessoa de contato",
  ...MAIN_CONTACTS,
  "customer",
  "client",
  "lead",
  "cliente",
  "prospecto",
  ..."paciente alumno alumna aluno aluna estudiante estudante student patient participant participante attendee".split(
    " ",
  ),
  ..."invitado convidado guest huesped hospede interesado interessado member miembro membro".split(" "),
]);

/**
 * The place of a column that holds the names of people: its header says `Contacto`, and its cells are no e-mails and no
 * phones. -1 where there is none.
 */
export function findPersons(
  headers: string[],
  isOpen: (index: number) => boolean,
  { records, place }: ColumnSample,
): number {
  return headers.findIndex(
    (header, index) =>
      isOpen(index) &&
      PERSONS.has(foldHeader(header)) &&
      areNoContacts(readValueKinds(records, index, place)),
  );
}

function findByHeader(
  certain: CertainColumn[],
  claims: ReadonlyMap<string, string>,
  { records, place }: ColumnSample,
  isShop: boolean,
): FoundContact[] {
  const persons = certain.filter(({ reading }) => reading.whose === "person");
  const has = (field: Field) =>
    claims.has(field) || persons.some(({ reading }) => reading.field === field || reading.field === "either");
  const known = { email: has("email"), phone: has("phone") };
  const hasOwn = known.email || known.phone;
  return certain.flatMap(({ index, header, reading }) => {
    const { whose } = reading;
    if (whose === "other" || (whose === "buyer" && hasOwn)) return [];
    if (whose === "user" && hasOwn) {
      if (isKnown(reading, known) || !areOwn(readValueKinds(records, index, place))) return [];
    }
    // A shop bills its customer; elsewhere an address of bills may be the accountant's.
    const isSpare = whose === "billing" && hasOwn && reading.field === "email" && !isShop;
    const column = contactColumn(header, isSpare ? { ...reading, rank: RANK.company } : reading);
    return [{ index, column, foundBy: "header" as const }];
  });
}

/** Whether a file has columns of where bills and goods go, as exports of shops have. */
function isShopExport(headers: string[]): boolean {
  const words = headers.map((header) => foldHeader(header).split(" "));
  return [BILLING_WORDS, SHIPPING_WORDS].every((known) =>
    words.some((header) => header.some((word) => known.has(word))),
  );
}

function isHeader(reading: HeaderReading): reading is ContactHeader {
  return typeof reading === "object";
}

function isCertain(column: OpenColumn): column is CertainColumn {
  return isHeader(column.reading) && column.reading.isCertain;
}

/** Whether a column of that header may be the lead's by its values. */
function saysNoOther(reading: HeaderReading): boolean {
  return isHeader(reading)
    ? reading.whose === "person" && reading.isAsked
    : reading === "neutral" || reading === "foreign";
}

/** Whether it may be where the file has nothing that is surely the lead's. */
function isUnclear(reading: HeaderReading): boolean {
  return isHeader(reading) ? reading.whose !== "other" : reading === "unknown";
}

function isKnown({ field }: ContactHeader, known: { email: boolean; phone: boolean }): boolean {
  return field === "either" ? known.email && known.phone : known[field];
}

function isOwn(column: Column): boolean {
  return column.kind === "field" && (column.contact?.rank ?? 0) < RANK.company;
}

function holds(column: Column, field: Field): boolean {
  return column.kind === "field" && (column.field === field || column.contact?.either === true);
}

function contactColumn(header: string, { field, rank }: ContactHeader): Column {
  return field === "either"
    ? { kind: "field", header, field: "email", contact: { rank, either: true } }
    : { kind: "field", header, field, contact: { rank } };
}

function isByValues(
  field: Field,
  reading: HeaderReading,
  index: number,
  { records, place }: ColumnSample,
): boolean {
  const kinds = readValueKinds(records, index, place);
  if (!areOwn(kinds)) return false;
  if (field === "email") return areEmails(kinds);
  const saysPhone = isHeader(reading) && reading.field !== "email";
  return arePhones(kinds, saysPhone || reading === "neutral");
}
