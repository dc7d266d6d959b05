import { expect, it } from "vitest";
import type { Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import { upload, waitForImport } from "../../../harness/api.ts";
import { createCompany, createUser } from "../../../harness/factories.ts";
import { howMany } from "../../../harness/runtime/how-many.ts";
import { encode, joinBytes } from "../csv/csv-text.ts";

const HEADER = ["Correo electrónico", "Teléfono", "Nombre", "Apellidos", "Compañía", "Notas", "Año"];

/** In cells: every delimiter, quotes, newlines, and characters that take one to three bytes in UTF-8. */
const RECORDS = [
  [
    "jose@leads.test",
    "55 1234 5678",
    "José",
    "Núñez Ibáñez",
    "Peña; hijos, y | más\tSA",
    "“Sí”\nde 5 € a 9 €",
    "2026",
  ],
  ["MARIA@leads.test", "", "María", 'O"Hara', "Ñandú y Cía.", "", "¿2025?"],
  ["", "+34 612 345 678", "Íñigo", "Güell", "", "línea 1\n\nlínea 3", ""],
];

const STORED = [
  {
    email: "jose@leads.test",
    phone: "+525512345678",
    first_name: "José",
    last_name: "Núñez Ibáñez",
    company_name: "Peña; hijos, y | más\tSA",
    notes: "“Sí”\nde 5 € a 9 €",
    custom_fields: '{"Año":"2026"}',
  },
  {
    email: "maria@leads.test",
    phone: null,
    first_name: "María",
    last_name: 'O"Hara',
    company_name: "Ñandú y Cía.",
    notes: null,
    custom_fields: '{"Año":"¿2025?"}',
  },
  {
    email: null,
    phone: "+34612345678",
    first_name: "Íñigo",
    last_name: "Güell",
    company_name: null,
    notes: "línea 1\n\nlínea 3",
    custom_fields: null,
  },
];

const DELIMITERS = [",", ";", "\t", "|"];
const NEWLINES = ["\r\n", "\n", "\r"];

function textOf(delimiter: string, newline: string): string {
  const cell = (text: string) =>
    /[",;|\t\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll("\n", newline)}"` : text;
  return [HEADER, ...RECORDS].map((cells) => cells.map(cell).join(delimiter) + newline).join("");
}

/** Uploads a file into a company of its own. @returns the leads that it brought. */
async function leadsOf(file: Uint8Array, store: number): Promise<unknown[]> {
  const company = await createCompany({ store });
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const { import_code: code } = await upload(token, company.id, file);
  expect(await waitForImport(code, token)).toMatchObject({ status_name: "completed", created_records: 3 });
  const { results } = await company.database
    .prepare(
      `SELECT email, phone, first_name, last_name, company_name, notes, custom_fields FROM leads
       WHERE company_id = ? ORDER BY record_number`,
    )
    .bind(company.id)
    .all();
  return results;
}

const MARK = "\uFEFF";

it.each<[string, Encoding, string]>([
  ["UTF-8", "utf-8", ""],
  ["UTF-8 with a byte order mark", "utf-8", MARK],
  ["UTF-16LE", "utf-16le", MARK],
  ["UTF-16LE without a byte order mark", "utf-16le", ""],
  ["UTF-16BE", "utf-16be", MARK],
  ["UTF-16BE without a byte order mark", "utf-16be", ""],
  ["Windows-1252", "windows-1252", ""],
])("reads %s with every delimiter and every newline", async (name, encoding, mark) => {
  for (const [store, delimiter] of DELIMITERS.entries()) {
    for (const [place, newline] of NEWLINES.entries()) {
      // Of their pairs every second one, by turns of the encodings.
      if ((store + place + name.length) % howMany(2, 1) !== 0) continue;
      const file = encode(mark + textOf(delimiter, newline), encoding);
      expect(await leadsOf(file, store % 2), JSON.stringify({ delimiter, newline })).toEqual(STORED);
    }
  }
});

it.each([
  ["sep=;", ";"],
  ['"sep=|"', "|"],
  ["SEP=\t", "\t"],
])("takes Excel's word for the delimiter: %j", async (line, delimiter) => {
  const text = `${line}\r\n${textOf(delimiter, "\r\n")}`;
  expect(await leadsOf(encode(text, "utf-8"), 0)).toEqual(STORED);
  expect(await leadsOf(encode(MARK + text, "utf-16le"), 0)).toEqual(STORED);
  expect(await leadsOf(encode(text, "windows-1252"), 0)).toEqual(STORED);
});

it("reads a file that ends without a newline, and one with blank lines all over", async () => {
  const text = textOf(",", "\n");
  expect(await leadsOf(encode(text.trimEnd(), "utf-8"), 0)).toEqual(STORED);
  const lines = `\n\n${text.replace("MARIA", "\n ,,\n\nMARIA")}\n,,,,,,\n\n`;
  expect(await leadsOf(encode(lines, "utf-8"), 1)).toEqual(STORED);
});

it("reads newlines of all kinds in one file", async () => {
  const [header = "", ...records] = textOf(";", "\n").split(/\n(?=jose|MARIA|;)/);
  const file = [header, "\r", records[0], "\r\n", records[1], "\n", records[2]].join("");
  expect(await leadsOf(encode(file, "utf-8"), 0)).toEqual(STORED);
});

it("rejects a record with bytes that mean nothing, and no other", async () => {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const start = encode("email,Nombre\nan a@leads.test,Ñu\nana@leads.test,María\nb", "utf-8");
  const file = joinBytes(start, [0xff], encode("ad@leads.test,Bad\nlast@leads.test,Íñigo\n", "utf-8"));
  const { import_code: code } = await upload(token, company.id, file);
  expect(await waitForImport(code, token)).toMatchObject({ failed_records: 2, created_records: 2 });
  const { results } = await company.database
    .prepare(
      "SELECT record_number, code FROM import_rejections ORDER BY import_id DESC, record_number LIMIT 2",
    )
    .all();
  expect(results).toEqual([
    { record_number: 1, code: "invalid_email" },
    { record_number: 3, code: "invalid_encoding" },
  ]);
});
