import { expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { randomOf } from "../../fixtures/random.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { workbookOf } from "../unpack/workbooks.ts";
import { previewOf } from "./preview-of.ts";

const HEADERS = [
  "Correo",
  "Email",
  "E-mail 2",
  "Correo del trabajo",
  "Teléfono",
  "Celular",
  "Teléfono oficina",
  "WhatsApp",
  "Correo o teléfono",
  "Nombre",
  "Nombre completo",
  "Apellido",
  "Segundo apellido",
  "Lada",
  "Código de país",
  "País",
  "Ciudad",
  "Notas",
  "Etiquetas",
  "Stage",
  "Website",
  "Canal favorito",
  "Dato",
  "",
  "_row",
  "custom_fields.x",
  "Correo del dueño",
  "External id",
];
const CELLS = [
  "",
  "",
  "ana@x.test",
  "b.c@example.org",
  "no es correo",
  "55 1234 5678",
  "+34 612 34 56 78",
  "12",
  "5.2155E+11",
  "Ana",
  "Pérez, Juan",
  "de la Cruz",
  "55",
  "52",
  "MX",
  "Brasil",
  "CDMX",
  "una nota; larga",
  "vip; feria",
  "won",
  "ganado",
  "nowhere",
  "example.com",
  "not a site",
  "WhatsApp",
  "N/A",
  "<test lead: x>",
  "Ñandú — “x”",
  "[clear]",
];

/** A file of some columns and records that nobody would send, and a few that many do. */
function fileOf(random: () => number): string[][] {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const headers = Array.from({ length: 2 + Math.floor(random() * 7) }, () => pick(HEADERS));
  if (random() < 0.8) headers[0] = pick(["Correo", "Email", "Teléfono", "Celular"]);
  const rows = Array.from({ length: 1 + Math.floor(random() * 30) }, () => headers.map(() => pick(CELLS)));
  return [headers, ...rows];
}

const csv = (rows: string[][]) =>
  rows
    .map((row) =>
      row.map((cell) => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","),
    )
    .join("\n");

async function packed(rows: string[][], kind: number): Promise<string | Uint8Array> {
  if (kind === 1) return workbookOf({ sheets: [{ name: "Leads", rows }] });
  if (kind === 2) {
    const stream = new Blob([csv(rows)]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  if (kind === 3) {
    const [header = [], ...others] = rows;
    return others
      .map((row) => JSON.stringify(Object.fromEntries(row.map((cell, at) => [header[at], cell]))))
      .join("\n");
  }
  return csv(rows);
}

const MET = new Set(["ambiguous_match", "external_id_taken"]);

const FIELDS = [
  "email",
  "phone",
  "phone_raw",
  "first_name",
  "last_name",
  "city",
  "country",
  "notes",
  "website",
  "external_id",
];

const SEEDS = howMany(10, 50);

test.each([1, 51, 101, 151])(
  "what a preview says of its records is what the import makes of them, from seed %d",
  async (first) => {
    const seen = { previews: 0, leads: 0, rejected: 0, refused: 0 };
    for (let seed = first; seed < first + SEEDS; seed++) {
      const random = randomOf(seed, 11);
      const company = await createCompany();
      const user = await createUser({ access: [{ company, role: "manager" }] });
      const file = await packed(fileOf(random), seed % 4);
      const { status, body } = await previewOf(company, user, file);
      if (status !== 200) {
        // Where a file cannot be read, the import says the same.
        const code = await prepareImport(company, file, "create");
        await deliver(code, { limits: CHUNK_LIMITS });
        const row = await company.database
          .prepare("SELECT failure_code, failure_detail FROM imports WHERE import_code = ?")
          .bind(code)
          .first<{ failure_code: string; failure_detail: string }>();
        expect(body.errors, `seed ${seed}`).toEqual([
          { pointer: "/file", code: row?.failure_code, detail: row?.failure_detail },
        ]);
        seen.refused += 1;
        continue;
      }
      const { preview } = body;
      seen.previews += 1;
      const code = await prepareImport(company, file, "create", null, "MX", { mapping: preview.mapping });
      await deliver(code, { limits: CHUNK_LIMITS });
      const all = async (sql: string) =>
        (await company.database.prepare(sql).bind(code).all<Record<string, unknown>>()).results;
      const own = "(SELECT id FROM imports WHERE import_code = ?)";
      const leads = await all(
        `SELECT *, (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags t WHERE t.lead_id = leads.id ORDER BY tag)) AS tags FROM leads WHERE import_id = ${own} AND record_number <= 20 ORDER BY record_number`,
      );
      const rejections = await all(
        `SELECT record_number, line, code, reason FROM import_rejections WHERE import_id = ${own} AND record_number <= 20 ORDER BY record_number`,
      );
      // biome-ignore lint/suspicious/noExplicitAny: as it is shown.
      const shown: any[] = preview.sample_records;
      // What a record meets that was imported before it is not a preview's business.
      const met = rejections
        .filter(({ code }) => MET.has(String(code)))
        .map(({ record_number }) => record_number);
      const records = shown.filter(({ record }) => !met.includes(record));
      const said = records.filter(({ outcome }) => outcome === "lead");
      expect(
        said.map(({ record, lead }) => [
          record,
          ...FIELDS.map((field) => lead[field]),
          lead.custom_fields,
          [...lead.tags].sort(),
        ]),
        `seed ${seed}`,
      ).toEqual(
        leads.map((lead) => [
          lead.record_number,
          ...FIELDS.map((field) => lead[field]),
          JSON.parse(String(lead.custom_fields ?? "{}")),
          JSON.parse(String(lead.tags)).sort(),
        ]),
      );
      expect(
        records
          .filter(({ outcome }) => outcome === "rejected")
          .map(({ record, line, code, reason }) => ({ record_number: record, line, code, reason })),
        `seed ${seed}`,
      ).toEqual(rejections.filter(({ record_number }) => !met.includes(record_number)));
      seen.leads += leads.length;
      seen.rejected += rejections.length;
    }
    expect(seen.previews).toBeGreaterThan(SEEDS / 2);
    expect(Math.min(seen.leads, seen.rejected)).toBeGreaterThan(SEEDS);
  },
);
