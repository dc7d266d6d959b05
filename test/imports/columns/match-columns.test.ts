import { describe, expect, it } from "vitest";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { FileProblem } from "../../../src/imports/readers/file-problem.ts";
import type { Question } from "../../../src/leads/lead-record.ts";
import { costOf } from "../../harness/runtime/cost.ts";
import { brief, match } from "./matched.ts";

const BUDGET: Question = { id: 7, key: "monthly_budget", kind: "number", options: [] };
const CITY: Question = { id: 8, key: "city", kind: "text", options: [] };

function problem(work: () => unknown): FileProblem {
  try {
    work();
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
  throw new Error("No problem with the file");
}

it("reads the company in a list of Odoo", () => {
  expect(match(["Name", "Is a Company", "Parent/Name", "Email"])).toEqual([
    "full_name",
    "custom Is a Company",
    "company_name",
    "email",
  ]);
});

it("knows the names in which Odoo writes the company first", () => {
  const firsts = (header: string[]) =>
    matchColumns(header, null, []).flatMap((column) =>
      column.kind === "full_name" && column.isCompanyFirst ? [column.header] : [],
    );
  expect(firsts(["Complete Name", "Email"])).toEqual(["Complete Name"]);
  expect(firsts(["Nombre mostrado", "Actividades", "Correo"])).toEqual(["Nombre mostrado"]);
  // Outlook's, with the family name first.
  expect(firsts(["Display Name", "Email", "Department"])).toEqual([]);
  expect(firsts(["Name", "Email", "Is a Company"])).toEqual([]);
});

describe("precedence", () => {
  it("a field's own name comes before a synonym on its left", () => {
    expect(match(["Ciudad", "city", "Town", "email"])).toEqual([
      "custom Ciudad",
      "city",
      "custom Town",
      "email",
    ]);
  });

  it("several columns may be an e-mail or a phone, the one of the field's own name first", () => {
    const columns = matchColumns(["Correo", "email", "E-mail", "Celular", "Company Email"], null, []);
    expect(columns.map(brief)).toEqual(["email", "email", "email", "phone", "email"]);
    const ranks = columns.map((column) => (column.kind === "field" ? column.contact?.rank : null));
    expect(ranks[1]).toBeLessThan(ranks[0] ?? 0);
    expect(ranks[0]).toBe(ranks[2]);
    expect(ranks[4]).toBeGreaterThan(ranks[0] ?? 0);
  });

  it("a field's own name comes before what else it is called", () => {
    expect(match(["email", "URL", "Website"])).toEqual(["email", "custom URL", "website"]);
  });

  it("a field's own name may be written any way", () => {
    expect(match(["EMAIL", "Job-Title", "external id", "First.Name"])).toEqual([
      "email",
      "job_title",
      "external_id",
      "first_name",
    ]);
  });

  it("a question comes before a lead's column", () => {
    expect(match(["email", "Monthly Budget", "City", "Ciudad"], null, [BUDGET, CITY])).toEqual([
      "email",
      "question monthly_budget",
      "question city",
      "city",
    ]);
  });

  it("the mapping comes before everything", () => {
    expect(
      match(
        ["email", "Correo 2", "monthly_budget", "notes", "x"],
        { "Correo 2": "email", monthly_budget: "notes", x: null, notes: "custom_fields.remark" },
        [BUDGET],
      ),
    ).toEqual(["email", "email", "notes", "custom remark", "ignored"]);
  });

  it("the mapping may name a header loosely, and by a made-up name", () => {
    expect(
      match(["TELÉFONO de casa", "", "mail", "mail"], {
        telefono_de_casa: "phone",
        column_2: "notes",
        "mail (2)": "source",
      }),
    ).toEqual(["phone", "notes", "email", "source"]);
  });

  it("the mapping may name the report's own columns", () => {
    expect(match(["email", "_code"], { _code: "external_id" })).toEqual(["email", "external_id"]);
  });
});

describe("custom fields", () => {
  it("have blank headers numbered and doubled ones told apart", () => {
    expect(match(["email", "", " ", "x", "x", "x (2)", "x", "X"])).toEqual([
      "email",
      "custom column_2",
      "custom column_3",
      "custom x",
      "custom x (2)",
      "custom x (2) (2)",
      "custom x (3)",
      "custom X",
    ]);
  });

  it("do not take a name that the mapping gave", () => {
    expect(match(["email", "a", "b"], { b: "custom_fields.a" })).toEqual([
      "email",
      "custom a (2)",
      "custom a",
    ]);
  });

  it("are named with a prefix where the name means something else", () => {
    expect(
      match(
        ["custom_fields.stage", "Stage", "custom_fields._row", "custom_fields.monthly_budget", "email"],
        null,
        [BUDGET],
      ),
    ).toEqual(["custom stage", "stage", "custom _row", "custom monthly_budget", "email"]);
    expect(match(["email", "custom_fields.", "custom_fields.custom_fields.x"])).toEqual([
      "email",
      "custom custom_fields.",
      "custom custom_fields.x",
    ]);
  });

  it("may be called as an object's own machinery", () => {
    expect(match(["email", "__proto__", "constructor", "toString"])).toEqual([
      "email",
      "custom __proto__",
      "custom constructor",
      "custom toString",
    ]);
  });

  it("take off an escape and a BOM", () => {
    expect(match(["\uFEFFemail", "'-discount"])).toEqual(["email", "custom -discount"]);
  });

  it("are matched in no time where thousands have one name", async () => {
    const cost = await costOf(1000, () => {
      const columns = match(["email", ...Array<string>(50_000).fill("a")]);
      expect(columns.at(-1)).toBe("custom a (50000)");
    });
    expect(cost).toBeLessThan(1000);
  });
});

it("gives columns that survive being kept as JSON", () => {
  const columns = matchColumns(["email", "monthly_budget", "name", "x"], null, [BUDGET]);
  expect(JSON.parse(JSON.stringify(columns))).toEqual(columns);
});

describe("problems", () => {
  it("no contact column", () => {
    const thrown = problem(() => match(["Fecha", "Monto"]));
    expect(thrown.code).toBe("no_contact_column");
    expect(thrown.message).toContain("“Fecha”, “Monto”");
    expect(thrown.message).toContain("mapping");
    expect(problem(() => match(["email"], { email: null })).code).toBe("no_contact_column");
  });

  it("a mapping of a column that the file lacks, with the first 20 that it has", () => {
    const header = ["email", ...Array.from({ length: 30 }, (_, index) => `c${index}`)];
    const thrown = problem(() => match(header, { Telefono: "phone" }));
    expect(thrown.code).toBe("mapping_column_missing");
    expect(thrown.message).toContain("“Telefono”");
    expect(thrown.message).toContain("“c18” and 11 more");
    expect(thrown.message).not.toContain("c19");
    expect(problem(() => match(["email"], { "": "phone" })).code).toBe("mapping_column_missing");
    expect(problem(() => match(["email"], { constructor: "phone" })).code).toBe("mapping_column_missing");
  });

  it("a mapping of two columns to one field", () => {
    const thrown = problem(() => match(["a", "b", "email"], { a: "city", b: "city" }));
    expect(thrown.code).toBe("mapping_conflict");
    expect(thrown.message).toContain("“a” and “b”");
    expect(
      problem(() => match(["email", "a", "b"], { a: "custom_fields.x", b: "custom_fields.x" })).code,
    ).toBe("mapping_conflict");
    expect(problem(() => match(["email"], { email: "email", "E-MAIL": "notes", EMAIL: "notes" })).code).toBe(
      "mapping_column_missing",
    );
    expect(problem(() => match(["email"], { email: "email", EMAIL: "notes" })).code).toBe("mapping_conflict");
  });

  it("a whole name of the mapping never: parts of names that headers say are kept", () => {
    expect(match(["email", "Nombre", "Apellidos", "Cliente"], { Cliente: "full_name" })).toEqual([
      "email",
      "custom Nombre",
      "custom Apellidos",
      "full_name",
    ]);
    const parts = { Cliente: "full_name", Nombre: "first_name" };
    expect(match(["email", "Nombre", "Cliente"], parts)).toEqual(["email", "first_name", "full_name"]);
  });

  it("two rules for one field", () => {
    const rules = (first: string, second: string) => ({
      a: { to: "phone", rule: first },
      b: { to: "phone", rule: second },
    });
    const thrown = problem(() => match(["a", "b"], rules("overwrite", "keep") as never));
    expect(thrown.code).toBe("mapping_conflict");
    expect(thrown.message).toContain("“overwrite” by “a”, “keep” by “b”");
    expect(match(["a", "b"], rules("keep", "keep") as never)).toEqual(["phone", "phone"]);
  });

  it("no two e-mails of a mapping: of each record the first counts", () => {
    expect(match(["a", "b"], { a: "email", b: "email" })).toEqual(["email", "email"]);
  });

  it("a mapping to what there is not", () => {
    const thrown = problem(() => match(["email", "a"], { a: "shoe_size" }));
    expect(thrown.code).toBe("mapping_target_unknown");
    expect(thrown.message).toContain("“shoe_size”");
  });

  it("a header too long for a custom field", () => {
    const thrown = problem(() => match(["email", "¿".repeat(256)]));
    expect(thrown.code).toBe("header_too_long");
    expect(thrown.message).toContain("column 2");
    expect(match(["email", "¿".repeat(255)])).toHaveLength(2);
    expect(match(["email", "¿".repeat(256)], { ["¿".repeat(256)]: null })).toEqual(["email", "ignored"]);
  });
});

describe("an e-mail address in a header", () => {
  it.each([
    ["Visited by ana@x.test", "Visited by (e-mail)"],
    ["Consent (ask privacy@shop.test.)", "Consent (ask (e-mail).)"],
    ["Ana <ana.perez+1@mail.x.test>, Eva <eva@x.test>", "Ana <(e-mail)>, Eva <(e-mail)>"],
    ["ana @ x.test", "(e-mail)"],
    ["Price @ 10 kg", "Price @ 10 kg"],
    ["Twitter @ana", "Twitter @ana"],
  ])("does not go into the name of its custom field: %s", (header, name) => {
    expect(match([header, "email"])).toEqual([`custom ${name}`, "email"]);
  });

  it("is not all that tells columns apart: they are numbered", () => {
    expect(match(["By ana@x.test", "email", "By eva@x.test"])).toEqual([
      "custom By (e-mail)",
      "email",
      "custom By (e-mail) (2)",
    ]);
  });

  it("stays in a name that the mapping gives", () => {
    const columns = matchColumns(
      ["Ask ana@x.test", "email"],
      { "Ask ana@x.test": "custom_fields.a@x.test" },
      [],
    );
    expect(columns.map(brief)).toEqual(["custom a@x.test", "email"]);
  });
});
