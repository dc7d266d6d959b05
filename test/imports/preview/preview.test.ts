import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { costOf } from "../../harness/runtime/cost.ts";
import { zipOf } from "../unpack/packed.ts";
import { workbookOf } from "../unpack/workbooks.ts";
import { previewOf } from "./preview-of.ts";

let company: TestCompany;
let user: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  user = await createUser({ access: [{ company, role: "manager" }] });
});

const FILE = [
  "Nombre;Correo;Celular;Etapa;Color",
  "Ana;ana@x.test;55 1234 5678;Ganado;WhatsApp",
  "Iván;not-an-address;;Won;",
  "Zoe;zoe@x.test;12;won;Fax",
].join("\n");

/** A file of so many bytes, whose last record is cut off. */
function mebibyte(bytes = 1024 * 1024): string {
  const line = (n: number) =>
    `Lead ${n},lead-${n}@x.test,55 1234 ${1000 + (n % 9000)},CDMX,"a note, of ${n}",WhatsApp\n`;
  let text = "Name,Email,Phone,City,Notes,Channel\n";
  for (let n = 1; text.length < bytes; n++) text += line(n);
  return text.slice(0, bytes);
}

describe("a preview", () => {
  test("says which records are the same person as an earlier one of the file", async () => {
    const file = [
      "Correo,Celular,Id",
      "ana@x.test,55 1234 5678,1",
      "zoe@x.test,,2",
      "ANA@x.test,,3",
      ",55 1234 5678,4",
      "bea@x.test,55 1234 5678,5",
      "broken,,6",
      ",,zoe@x.test",
    ].join("\n");
    const twins = async (fields: Record<string, string>) => {
      const { body } = await previewOf(company, user, file, fields);
      return body.preview.sample_records.map((one: { duplicate_of: number | null }) => one.duplicate_of);
    };
    expect(await twins({})).toEqual([null, null, 1, 1, null, null, null]);
    expect(await twins({ match_by: "email" })).toEqual([null, null, 1, null, null, null, null]);
    expect(await twins({ on_duplicate: "create" })).toEqual(new Array(7).fill(null));
    expect(await twins({ create_missing: "false" })).toEqual(new Array(7).fill(null));
  });

  test("says what each column becomes, by what, and what becomes of the first records", async () => {
    const { status, body } = await previewOf(company, user, FILE, {
      mapping: '{"Etapa": {"to": "stage", "values": {"Ganado": "won"}}}',
    });
    expect(status).toBe(200);
    const { preview } = body;
    expect(preview.file).toEqual({
      kind: "csv",
      encoding: "utf-8",
      encoding_confidence: "certain",
      delimiter: ";",
      header_row: 1,
      sheets: [],
    });
    expect(
      preview.columns.map(({ header, target, found_by, confidence, filled }: Record<string, unknown>) => [
        header,
        target,
        found_by,
        confidence,
        filled,
      ]),
    ).toEqual(
      [
        ["Nombre", "first_name", "header", "certain", 3],
        ["Correo", "email", "header", "certain", 3],
        ["Celular", "phone", "header", "certain", 2],
        ["Etapa", "stage", "mapping", "certain", 3],
        ["Color", "custom_fields.Color", null, "none", 2],
      ].map((row) => (row[0] === "Nombre" ? [row[0], preview.columns[0].target, ...row.slice(2)] : row)),
    );
    expect(preview.columns[1].samples).toEqual(["ana@x.test", "not-an-address", "zoe@x.test"]);
    expect(preview.columns[3].values).toEqual([
      { value: "Ganado", count: 1, target: "won" },
      { value: "Won", count: 1, target: "won" },
      { value: "won", count: 1, target: "won" },
    ]);
    expect(preview.mapping).toMatchObject({
      Correo: "email",
      Celular: "phone",
      Etapa: { to: "stage", values: { Ganado: "won" } },
      Color: "custom_fields.Color",
    });
    expect(preview.sample_records).toMatchObject([
      {
        record: 1,
        line: 2,
        outcome: "lead",
        lead: {
          email: "ana@x.test",
          phone: "+525512345678",
          stage: "won",
          custom_fields: { Color: "WhatsApp" },
        },
      },
      { record: 2, line: 3, outcome: "rejected", lead: null, code: "invalid_email" },
      {
        record: 3,
        line: 4,
        outcome: "lead",
        warnings: [{ code: "invalid_phone", column: "Celular", value: "12" }],
      },
    ]);
  });

  test("tells what the values of choices become", async () => {
    const campaign = await createCampaign(company);
    const db = company.database;
    await db.batch([
      db
        .prepare(
          "INSERT INTO questions (company_id, campaign_id, key, text, kind, position) VALUES (?, ?, 'again', 'Again?', 'single_choice', 1)",
        )
        .bind(company.id, campaign.id),
      db
        .prepare(
          "INSERT INTO question_options (company_id, question_id, label, value, position) SELECT company_id, id, 'Yes', 'yes', 1 FROM questions WHERE campaign_id = ?",
        )
        .bind(campaign.id),
    ]);
    const { body } = await previewOf(company, user, "email,again\na@x.test,YES\nb@x.test,Sí\n", {
      campaign_id: String(campaign.id),
    });
    expect(body.preview.columns[1]).toMatchObject({
      target: "again",
      values: [
        { value: "YES", count: 1, target: "yes" },
        { value: "Sí", count: 1, target: null },
      ],
      choices: [{ value: "yes", label: "Yes" }],
    });
    expect(body.preview.columns[0].choices).toBeNull();
    const said = async (fields: Record<string, string>) => {
      const answer = await previewOf(company, user, "email,again\na@x.test,Sí\n", {
        campaign_id: String(campaign.id),
        ...fields,
      });
      return [answer.status, answer.body.errors?.[0]?.pointer, answer.body.errors?.[0]?.code];
    };
    const mapped = (value: string) => ({
      mapping: JSON.stringify({ again: { to: "again", values: { Sí: value } } }),
    });
    expect(await said(mapped("maybe"))).toEqual([422, "/mapping/again/values/Sí", "unknown_value"]);
    expect(await said({ constants: '{"again": "maybe"}' })).toEqual([
      422,
      "/constants/again",
      "unknown_value",
    ]);
    for (const value of ["Yes", "yes", "", "[clear]", "N/A"]) {
      expect((await said(mapped(value)))[0]).toBe(200);
    }
    expect((await said({ constants: '{"again": "Yes", "stage": "won", "country": "México"}' }))[0]).toBe(200);
  });

  test("stores nothing", async () => {
    const files = async () => (await env.FILES.list()).objects.length;
    const before = await files();
    await previewOf(company, user, FILE);
    await previewOf(company, user, mebibyte(6 * 1024 * 1024));
    expect(await files()).toBe(before);
    const { n } =
      (await env.DIRECTORY.prepare("SELECT count(*) AS n FROM uploads WHERE user_id = ?")
        .bind(user.id)
        .first<{ n: number }>()) ?? {};
    expect(n).toBe(0);
    const imports = await company.database
      .prepare("SELECT count(*) AS n FROM imports WHERE company_id = ?")
      .bind(company.id)
      .first("n");
    expect(imports).toBe(0);
  });

  test("of a first MiB has no record that was cut off", async () => {
    const { body } = await previewOf(company, user, mebibyte());
    const [name, email] = body.preview.columns;
    expect(name.filled).toBe(email.filled);
    expect(name.filled).toBeGreaterThan(10_000);
    expect(body.preview.sample_records).toHaveLength(20);
    expect(body.preview.file.encoding_confidence).toBe("likely");
  });

  test("takes no longer than it may", async () => {
    const file = mebibyte();
    const cost = await costOf(1000, () => previewOf(company, user, file));
    expect(cost).toBeLessThan(1000);
  });

  test("reads workbooks and archives, and names the sheets", async () => {
    const sheets = [
      { name: "Leads", rows: [["Email"], ["a@x.test"]] },
      { name: "Old", rows: [["Email"], ["b@x.test"]] },
    ];
    const { body } = await previewOf(company, user, workbookOf({ sheets }), { sheet: "Old" });
    expect(body.preview.file).toMatchObject({ kind: "xlsx", sheets: ["Old", "Leads"] });
    expect(body.preview.sample_records).toMatchObject([{ record: 1, line: 2, lead: { email: "b@x.test" } }]);
    const zip = await previewOf(company, user, zipOf([{ name: "leads.csv", content: FILE }]));
    expect(zip.body.preview.file).toMatchObject({ kind: "zip", delimiter: ";" });
  });

  test("of a workbook with more texts than are looked at shows the rows before them", async () => {
    // The first two hundred are looked up together; of those after them some texts are beyond what is read.
    const rows = Array.from({ length: 400 }, (_, n) => [
      `lead-${n}@x.test`,
      n < 200 ? "short" : `${n} ${"x".repeat(30_000)}`,
    ]);
    const sheets = [{ name: "Leads", rows: [["Email", "Notes"], ...rows] }];
    const { status, body } = await previewOf(company, user, workbookOf({ sheets, texts: "shared" }));
    expect(status).toBe(200);
    expect(body.preview.sample_records).toHaveLength(20);
  });

  test("is refused with what to do where the import could not read the file either", async () => {
    const refused = async (content: string | Uint8Array, fields: Record<string, string> = {}) => {
      const { status, body } = await previewOf(company, user, content, fields);
      return [status, body.errors?.[0]?.pointer, body.errors?.[0]?.code];
    };
    const container = new Uint8Array(4096);
    container.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    container.set(Buffer.from("EncryptedPackage", "utf16le"), 1024);
    expect(await refused(container)).toEqual([422, "/file", "binary_file"]);
    expect(await refused("")).toEqual([422, "/file", "empty_file"]);
    expect(await refused("email,name\n")).toEqual([422, "/file", "no_records"]);
    expect(await refused("email,name\n\n , \n")).toEqual([422, "/file", "no_records"]);
    const sheets = [{ name: "Leads", rows: [["Email"]] }];
    expect(await refused(workbookOf({ sheets }))).toEqual([422, "/file", "no_records"]);
    expect(await refused("name\nAna\n")).toEqual([422, "/file", "no_contact_column"]);
    expect(await refused(FILE, { mapping: '{"Nope": "email"}' })).toEqual([
      422,
      "/mapping",
      "mapping_column_missing",
    ]);
  });
});
