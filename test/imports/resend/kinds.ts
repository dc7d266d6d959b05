/** The columns of the files: of `Dato` and `Otro dato` only the mapping says that they are an e-mail and a phone. */
export const HEADER = [
  "Folio",
  "Dato",
  "Otro dato",
  "Nombre",
  "Apellido",
  "Ciudad",
  "País",
  "Notas",
  "Etiquetas",
  "Clave",
  "",
  "Interés",
] as const;

export const MAPPING = {
  Dato: "email",
  "Otro dato": "phone",
  Folio: "custom_fields.Folio",
  Clave: "external_id",
  Notas: { to: "notes", rule: "append" as const },
};

export type Kind = "csv" | "xlsx";

/** A way in which people's records are bad. */
interface Accident {
  name: string;
  code: string;
  /** Only possible in this kind of file. */
  only?: Kind;
  /** The cells of the good record, damaged. @param others two good records before it. */
  damage(cells: string[], others: string[][]): string[];
  /** Writes the record as a line of CSV where quoting it by the book would mend it. */
  line?(cells: string[]): string;
}

const EMAIL = 1;
const PHONE = 2;
const FIRST_NAME = 3;
const CITY = 5;
const COUNTRY = 6;
const NOTES = 7;
const KEY = 9;

const withCells = (changes: Record<number, string>) => (cells: string[]) =>
  cells.map((cell, at) => changes[at] ?? cell);

/** Each: the e-mail is broken and there is no phone. */
const email = (name: string, text: string): Accident => ({
  name,
  code: "invalid_email",
  damage: withCells({ [EMAIL]: text, [PHONE]: "" }),
});

const phone = (name: string, text: string, code = "invalid_phone"): Accident => ({
  name,
  code,
  damage: withCells({ [EMAIL]: "", [PHONE]: text }),
});

const plain = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const ACCIDENTS: Accident[] = [
  { name: "neither", code: "missing_contact", damage: withCells({ [EMAIL]: "", [PHONE]: "" }) },
  {
    name: "placeholders",
    code: "missing_contact",
    damage: withCells({ [EMAIL]: "sin correo", [PHONE]: "N/A" }),
  },
  email("no @", "ana.example.com"),
  email("two @", "ana@@example.com"),
  email("a formula", "=cmd|' /C calc'!A0"),
  email("words", "lo manda mañana"),
  phone("too short", "5512"),
  phone("too long", "55123456789012345"),
  phone("words", "pedir a su hermana"),
  phone("local, without area code", "1234-5678"),
  phone("of a spreadsheet", "5.2155E+11", "excel_number"),
  phone("with a sign before it", "-12"),
  {
    name: "unknown country",
    code: "unknown_country",
    damage: withCells({ [EMAIL]: "", [PHONE]: "55 1234 5678", [COUNTRY]: "Ruritania" }),
  },
  {
    name: "a test of Meta",
    code: "test_lead",
    damage: withCells({ [FIRST_NAME]: "<test lead: dummy data>" }),
  },
  { name: "a name too long", code: "too_long", damage: withCells({ [FIRST_NAME]: "x".repeat(256) }) },
  { name: "a city too long", code: "too_long", damage: withCells({ [CITY]: "y, ".repeat(100) }) },
  {
    name: "somebody's key",
    code: "external_id_taken",
    damage: (cells, [other = []]) => cells.with(KEY, other[KEY] ?? ""),
  },
  {
    name: "two people",
    code: "ambiguous_match",
    damage: (cells, [one = [], other = []]) =>
      cells.with(EMAIL, one[EMAIL] ?? "").with(PHONE, other[PHONE] ?? ""),
  },
  {
    name: "one cell more",
    code: "extra_cells",
    damage: (cells) => [
      ...cells.slice(0, NOTES),
      "Llamar el lunes",
      " o el martes",
      ...cells.slice(NOTES + 1),
    ],
  },
  {
    name: "two cells more",
    code: "extra_cells",
    damage: (cells) => [...cells.slice(0, CITY), "Col. Centro", "=Calle 5", "CDMX", ...cells.slice(CITY + 1)],
  },
  {
    name: "an open quote",
    code: "unclosed_quote",
    only: "csv",
    damage: withCells({ [CITY]: "Puebla", [NOTES]: "Nota" }),
    line: (cells) => cells.map((cell, at) => (at === CITY ? `"${cell}` : plain(cell))).join(","),
  },
  {
    name: "a quote that goes on",
    code: "unclosed_quote",
    only: "csv",
    damage: (cells) => cells,
    line: (cells) =>
      cells.map((cell, at) => (at === cells.length - 1 ? `"${cell}" y más` : plain(cell))).join(","),
  },
  {
    name: "lost letters",
    code: "invalid_encoding",
    only: "csv",
    damage: (cells) => cells.with(CITY, "Bogot\u0000"),
  },
];

export function accidentsOf(kind: Kind): Accident[] {
  return ACCIDENTS.filter(({ only = kind }) => only === kind);
}

/** A good record. @param number from 1. */
export function goodRecord(number: number): string[] {
  const digits = String(number).padStart(6, "0");
  return [
    `F-${number}`,
    // Some have no e-mail: a phone alone leads to them.
    number > 20 && number <= 40 ? "" : `lead-${number}@leads.test`,
    `+52 55 ${digits.slice(0, 2)}${12 + (number % 80)} ${digits.slice(2)}`,
    number % 7 === 0 ? "'t Nombre" : `Nombre ${number}`,
    "García Pérez",
    number % 5 === 0 ? "Mérida, Yucatán" : "Puebla",
    "México",
    number % 3 === 0 ? `Nota "${number}",\ncon dos líneas` : "=Nota",
    number % 2 === 0 ? "feria, web" : "",
    `K-${number}`,
    number % 4 === 0 ? "sin título" : "",
    `interés ${number % 10}`,
  ];
}

/** A file of CSV, in which lost letters are bytes that UTF-8 does not have. */
export function csvOf(rows: { cells: string[]; line?: Accident["line"] }[]): Uint8Array {
  const lines = [
    HEADER.join(","),
    ...rows.map(({ cells, line }) => (line ?? ((own) => own.map(plain).join(",")))(cells)),
  ];
  const bytes = Buffer.from(`${lines.join("\r\n")}\r\n`);
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at)) bytes[at] = 0xff;
  return new Uint8Array(bytes);
}
