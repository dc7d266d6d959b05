import { type Column, type ColumnSample, type FoundBy, RANK } from "./column.ts";
import { memoized } from "./column-names.ts";
import { type ContactHeader, type HeaderReading, readContactHeader } from "./contact-headers.ts";
import { areEmails, arePhones, readValueKinds } from "./value-kinds.ts";

interface FoundContact {
  index: number;
  column: Column;
  foundBy: FoundBy;
}

/**
 * Finds the columns that are e-mails or phones among those that nothing else claims: first by header, then, for a
 * kind that no header names, by what the cells hold. Somebody else's (the owner's, the host's) are kept out, unless
 * the file has nothing else; so are those of the system's user beside the lead's own.
 *
 * @param cells the header as it stands in the file: a blank one says nothing, whatever the column is called here.
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
  const open = headers.flatMap((header, index) => {
    if (!isOpen(index)) return [];
    const cell = cells[index] ?? "";
    return [{ index, header, reading: cell.trim() === "" ? ("neutral" as const) : readHeader(cell) }];
  });
  const certain = open.flatMap(({ index, header, reading }) =>
    isHeader(reading) && reading.isCertain ? [{ index, header, reading }] : [],
  );
  const has = (field: "email" | "phone") =>
    claims.has(field) ||
    certain.some(
      ({ reading }) => reading.whose === "person" && (reading.field === field || reading.field === "either"),
    );
  const known = { email: has("email"), phone: has("phone") };

  const found: FoundContact[] = certain.flatMap(({ index, header, reading }) => {
    const isLeads = reading.whose === "person" || reading.whose === "company" || !isKnown(reading, known);
    return isLeads && reading.whose !== "other"
      ? [{ index, column: contactColumn(header, reading), foundBy: "header" as const }]
      : [];
  });
  for (const field of ["email", "phone"] as const) {
    if (known[field] || found.some(({ column }) => holds(column, field))) continue;
    const byValues = open.find(
      ({ index, reading }) =>
        !(isHeader(reading) && reading.whose === "other") &&
        !found.some((contact) => contact.index === index) &&
        isByValues(field, reading, index, sample),
    );
    if (byValues) {
      const { index, header } = byValues;
      const column: Column = { kind: "field", header, field, contact: { rank: RANK.values } };
      found.push({ index, column, foundBy: "values" });
    }
  }
  if (found.length > 0 || claims.has("email") || claims.has("phone")) return found;
  // A list of businesses has nobody but their owners.
  return certain.map(({ index, header, reading }) => ({
    index,
    column: contactColumn(header, reading),
    foundBy: "header",
  }));
}

function isHeader(reading: HeaderReading): reading is ContactHeader {
  return typeof reading === "object";
}

function isKnown({ field }: ContactHeader, known: { email: boolean; phone: boolean }): boolean {
  return field === "either" ? known.email && known.phone : known[field];
}

function holds(column: Column, field: "email" | "phone"): boolean {
  return column.kind === "field" && (column.field === field || column.contact?.either === true);
}

function contactColumn(header: string, { field, rank }: ContactHeader): Column {
  return field === "either"
    ? { kind: "field", header, field: "email", contact: { rank, either: true } }
    : { kind: "field", header, field, contact: { rank } };
}

function isByValues(
  field: "email" | "phone",
  reading: HeaderReading,
  index: number,
  { records, place }: ColumnSample,
): boolean {
  const kinds = readValueKinds(records, index, place);
  if (field === "email") return areEmails(kinds);
  const saysPhone = isHeader(reading) && reading.field !== "email";
  return arePhones(kinds, saysPhone || reading === "neutral");
}
