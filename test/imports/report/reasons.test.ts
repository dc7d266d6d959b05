import { beforeEach, describe, expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { PHRASES, REASONS, SLIPS } from "../../../src/imports/report/error-texts/reasons.ts";
import { translateReason } from "../../../src/imports/report/error-texts/translate-reason.ts";
import { emailSlip } from "../../../src/leads/normalize/email.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

let company: TestCompany;
let viewer: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
});

const HEADER = "Correo,Celular,Nombre,País,Notas,Etiquetas,external_id";
/** Each record with its code, the column that it is about, and what the Spanish reason says of it. */
const RECORDS: [line: string, code: string, column: string | null, says: string[]][] = [
  [",,Ana", "missing_contact", null, ["“Correo” o “Celular”"]],
  ["ana.x.test,,Ana", "invalid_email", "Correo", ["“ana.x.test”", "no tiene @"]],
  [",12,Ana", "invalid_phone", "Celular", ["“12”"]],
  [",5.2155E+11,Ana", "excel_number", "Celular", ["“5.2155E+11”"]],
  [",55 1234 5678,Ana,Ruritania", "unknown_country", "País", ["“Ruritania”", "“55 1234 5678”"]],
  ["a@x.test,,<test lead: dummy data>", "test_lead", "Nombre", []],
  ["b@x.test,,Ana,,,,K-9,,más", "extra_cells", null, ["9 celdas", "encabezado 7"]],
  [`c@x.test,,${"x".repeat(256)}`, "too_long", "Nombre", ["“Nombre”", "256 caracteres", "255"]],
  ["d@x.test,,Ana\u0000", "invalid_encoding", "Nombre", ["“Nombre”"]],
  ['e@x.test,,Ana,,"Nota', "unclosed_quote", "Notas", ["línea 12"]],
  [
    "one@x.test,55 1234 0002,Ana",
    "ambiguous_match",
    null,
    ["su correo es el de lead", "su teléfono es el de lead"],
  ],
  ["f@x.test,,Ana,,,,K-1", "external_id_taken", "external_id", ["“K-1”", "el de lead"]],
];

describe("a reason", () => {
  test("says as much in Spanish and Portuguese, and which column it is about", async () => {
    const known = `${HEADER}\none@x.test,,,,,,K-1\n,55 1234 0002\n`;
    expect(await deliver(await prepareImport(company, known))).toBe(true);
    const bytes = Buffer.from(`${[HEADER, "", ...RECORDS.map(([line]) => line)].join("\n")}\nz@x.test\n`);
    bytes[bytes.indexOf(0)] = 0xff;
    const code = await prepareImport(
      company,
      new Uint8Array(bytes),
      "update",
      null,
      "MX",
      {},
      { encoding: "utf-8" },
    );
    expect(await deliver(code, { limits: CHUNK_LIMITS })).toBe(true);
    const listed = async (language: string) => {
      const headers = { "Accept-Language": language };
      const { import_errors: errors } = await bodyOf(
        call(`/import/${code}/errors?severity_eq=rejected&limit=100`, { token: viewer.token, headers }),
      );
      return errors as { code: string; column: string | null; reason: string; hint: string; line: number }[];
    };
    const [spanish, portuguese, english] = [await listed("es"), await listed("pt"), await listed("en")];
    expect(spanish.map((error) => [error.code, error.column])).toEqual(
      RECORDS.map(([, why, column]) => [why, column]),
    );
    for (const [at, [, why, , says]] of RECORDS.entries()) {
      for (const text of says) expect(spanish[at]?.reason, why).toContain(text);
      expect(portuguese[at]?.reason).not.toBe(spanish[at]?.reason);
      expect(english[at]?.reason).not.toBe(spanish[at]?.reason);
      if (why !== "test_lead") {
        expect(translateReason(why as "too_long", english[at]?.reason ?? "", "pt"), why).toBe(
          portuguese[at]?.reason,
        );
      }
    }
  });

  test("of an address says in each language what is wrong with it", () => {
    const texts = [
      "a",
      "a@b@c",
      "@x.test",
      "a@",
      "a b@x.test",
      "a@x,test",
      "a..b@x.test",
      ".a@x.test",
      "a@test",
      "a@.x.test",
    ];
    texts.push(`${"a".repeat(70)}@x.test`, `a@${"x".repeat(300)}.test`, "a@x_é!.test");
    const slips = new Set(texts.map(emailSlip));
    expect(slips.size).toBe(SLIPS.length);
    for (const slip of slips) {
      const kept = `“${slip}” is not an e-mail address: ${slip}.`;
      for (const language of ["es", "pt"] as const) {
        const said = translateReason("invalid_email", kept, language) ?? "";
        // What the record says stays as it is.
        expect(said).toContain(`“${slip}”`);
        expect(said.split(slip)).toHaveLength(2);
      }
    }
  });

  test("that is put otherwise, as before, is said in general", () => {
    expect(translateReason("too_long", "It is too long.", "es")).toBeNull();
    const kept =
      "The record matches more than one lead: its e-mail is that of lead 1 and the lead of record 2, its phone is that of lead 3, lead 4 and others. Merge these leads, or correct the record, and send it again.";
    expect(translateReason("ambiguous_match", kept, "pt")).toContain(
      "seu e-mail é o de lead 1 e o lead do registro 2, seu telefone é o de lead 3, lead 4 e outros.",
    );
    for (const { en, es, pt } of [...Object.values(REASONS).flat(), ...SLIPS, ...PHRASES]) {
      const slots = (text: string) => [...text.matchAll(/\{(\d)/g)].map(([, slot]) => slot).sort();
      expect(slots(es), en).toEqual(slots(en));
      expect(slots(pt), en).toEqual(slots(en));
    }
  });
});
