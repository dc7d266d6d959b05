import { describe, expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import type { LeadRecord, Rejection } from "../../../src/leads/lead-record.ts";
import { clean, contextOf, lead, rejection } from "./cleaned.ts";

it("makes a lead of a record with everything in it", () => {
  expect(
    lead({
      "Correo electrónico": " Ana.Perez@Example.com ",
      Teléfono: "(55) 1234-5678",
      Nombre: "Ana",
      Apellidos: "Pérez",
      Empresa: "Acme",
      Puesto: "Gerente",
      Ciudad: "Monterrey",
      Estado: "NL",
      País: "México",
      Fuente: "Facebook",
      Etapa: "en conversacion",
      Notas: "Llamar\r\npor la tarde",
      "ID externo": "A-1",
      "Sitio web": "www.Acme.example/mx",
      interest: "casa",
      areas: "Norte",
      budget: "1,500",
      visit_on: "17/02/2026",
      owner: "sí",
      why: "precio",
      utm_campaign: "spring",
    }),
  ).toEqual({
    email: "ana.perez@example.com",
    phone: "+525512345678",
    phoneRaw: null,
    firstName: "Ana",
    lastName: "Pérez",
    companyName: "Acme",
    jobTitle: "Gerente",
    city: "Monterrey",
    state: "NL",
    country: "México",
    source: "Facebook",
    stageId: 2,
    notes: "Llamar\npor la tarde",
    externalId: "A-1",
    website: "https://www.acme.example/mx",
    answers: { 11: "house", 12: ["n"], 13: 1500, 14: "2026-02-17", 15: true, 16: "precio" },
    customFields: { utm_campaign: "spring" },
    tags: null,
    fieldNames: null,
    clears: null,
    warnings: null,
  });
});

it("gives all leads the same properties in the same order", () => {
  const full = lead({ email: "a@x.mx", phone: "5512345678", name: "Ana", stage: "new", budget: "1", x: "y" });
  expect(Object.keys(lead({ phone: "5512345678" }))).toEqual(Object.keys(full));
});

describe("names", () => {
  it.each([
    ["Ana Pérez García", "Ana", "Pérez García"],
    ["Ana", "Ana", null],
    ["Ana\u00A0 Pérez", "Ana", "Pérez"],
  ])("splits %j", (name, firstName, lastName) => {
    expect(lead({ email: "a@x.mx", full_name: name })).toMatchObject({ firstName, lastName });
  });

  it("keeps a whole name beside the parts that the mapping gave", () => {
    const context = contextOf(["email", "n", "f"], { n: "full_name", f: "first_name" });
    expect(cleanRecord(["a@x.mx", "Ana Pérez", "Ana"], context, false)).toMatchObject({
      firstName: "Ana",
      lastName: "Pérez",
      customFields: null,
    });
    expect(cleanRecord(["a@x.mx", "Ana Pérez", "Eva"], context, false)).toMatchObject({
      firstName: "Eva",
      lastName: null,
      customFields: { n: "Ana Pérez" },
    });
    expect(cleanRecord(["a@x.mx", "Ana Pérez", ""], context, false)).toMatchObject({
      firstName: "Ana",
      lastName: "Pérez",
    });
  });
});

describe("a whole name beside one half of it", () => {
  it.each([
    [{ "Full Name": "Ann Lee", "Last Name": "Lee" }, "Ann", "Lee"],
    [{ "Full Name": "Ann Lee", "First Name": "Ann" }, "Ann", "Lee"],
    [{ "Full Name": "María José López Díaz", "Last Name": "lopez diaz" }, "María José", "lopez diaz"],
    [{ "Full Name": "María José López", "First Name": "María José" }, "María José", "López"],
    [{ "Full Name": "Lee, Ann", "Last Name": "Lee" }, "Ann", "Lee"],
    [{ "Full Name": "Dr. Ann Lee", "Last Name": "Lee" }, "Ann", "Lee"],
    [{ "Full Name": "Lee", "Last Name": "Lee" }, null, "Lee"],
    [{ "Full Name": "Ann Bailee", "Last Name": "Lee" }, null, "Lee"],
  ])("%j", (names, firstName, lastName) => {
    expect(lead({ ...names, Email: "a@t.com" })).toMatchObject({ firstName, lastName });
  });
});

describe("a title", () => {
  it.each(["Mr.", "Dr", "Mrs.", "Lic.", "Dra."])("%s is no job", (title) => {
    expect(lead({ email: "a@x.mx", Title: title })).toMatchObject({
      jobTitle: null,
      customFields: { Title: title },
      warnings: null,
    });
  });

  it.each(["CEO", "Director", "Dr. in chief", "Ms. Chief"])("%s may be one", (title) => {
    expect(lead({ email: "a@x.mx", Title: title }).jobTitle).toBe(title);
  });

  it("may be a profession in a column of those", () => {
    expect(lead({ email: "a@x.mx", Profesión: "Dra." }).jobTitle).toBe("Dra.");
  });
});

describe("what cannot be read", () => {
  it("is kept: a stage", () => {
    expect(lead({ email: "a@x.mx", stage: "Perdido" })).toMatchObject({
      stageId: null,
      customFields: { stage: "Perdido" },
      warnings: [{ code: "unknown_stage", column: "stage", value: "Perdido" }],
    });
    expect(lead({ email: "a@x.mx", stage: "IN_CONTACT" })).toMatchObject({
      stageId: 2,
      customFields: null,
      warnings: null,
    });
  });

  it("is said where letters were lost before: the sign for them stands in the text", () => {
    expect(lead({ email: "a@x.mx", city: "Bogot\uFFFD" })).toMatchObject({
      city: "Bogot\uFFFD",
      warnings: [{ code: "encoding_in_doubt", column: "city", value: "Bogot\uFFFD" }],
    });
    expect(rejection({ email: "a@x.mx", city: "Bogot\uFFFD" }, true)).toMatchObject({
      code: "invalid_encoding",
    });
  });

  it("is kept: a web address", () => {
    expect(lead({ email: "a@x.mx", "Página web": "Acme" })).toMatchObject({
      website: null,
      customFields: { "Página web": "Acme" },
      warnings: [
        {
          code: "invalid_url",
          column: "Página web",
          value: "Acme",
          reason:
            "“Acme” is not a web address: write it as https://example.com. It is kept as the custom field “Página web”.",
        },
      ],
    });
    expect(lead({ email: "a@x.mx", website: "N/A" })).toMatchObject({ website: null, warnings: null });
  });

  it("is kept: an answer", () => {
    expect(lead({ email: "a@x.mx", budget: "mucho", owner: "no" })).toMatchObject({
      answers: { 15: false },
      customFields: { budget: "mucho" },
      warnings: [{ code: "invalid_answer", column: "budget", value: "mucho" }],
    });
  });

  it("takes no other field's place", () => {
    const context = contextOf(["email", "s", "stage", "b", "budget"], {
      s: "stage",
      b: "custom_fields.budget",
    });
    expect(cleanRecord(["a@x.mx", "Perdido", "kept", "mine", "mucho"], context, false)).toMatchObject({
      customFields: { stage: "kept", "stage (2)": "Perdido", budget: "mine", "budget (2)": "mucho" },
    });
  });
});

describe("custom fields", () => {
  it("are there only for cells that say something", () => {
    expect(lead({ email: "a@x.mx", x: "", y: " " }).customFields).toBeNull();
  });

  it("may be called as an object's own machinery", () => {
    const context = contextOf(["email", "__proto__", "constructor"]);
    const outcome = cleanRecord(["a@x.mx", "p", "c"], context, false) as LeadRecord;
    expect(JSON.stringify(outcome.customFields)).toBe('{"__proto__":"p","constructor":"c"}');
    expect(({} as Record<string, unknown>).p).toBeUndefined();
  });
});

describe("cells", () => {
  const context = contextOf(["email", "x"]);

  it("may be fewer than the header's", () => {
    expect(cleanRecord(["a@x.mx"], context, false)).toMatchObject({ email: "a@x.mx", customFields: null });
    expect(cleanRecord([], context, false)).toMatchObject({ code: "missing_contact" });
  });

  it("may be more only where they are blank", () => {
    expect(cleanRecord(["a@x.mx", "1", "", " "], context, false)).toMatchObject({ email: "a@x.mx" });
    const outcome = cleanRecord(["a@x.mx", "1", "", "2"], context, false);
    expect(outcome).toMatchObject({ code: "extra_cells" });
    expect((outcome as Rejection).reason).toContain("4 cells, the header 2");
  });

  it("are unescaped", () => {
    expect(lead({ phone: "'+525512345678", x: "'=1+1" })).toMatchObject({
      phone: "+525512345678",
      customFields: { x: "=1+1" },
    });
  });

  it("are refused with characters that could not be read, where the file is damaged", () => {
    const record = { email: "a@x.mx", Ciudad: "M\uFFFDxico" };
    expect(rejection(record, true)).toMatchObject({ code: "invalid_encoding" });
    expect(rejection(record, true).reason).toContain("“Ciudad”");
    expect(lead(record).city).toBe("M\uFFFDxico");
    const report = { _row: "1", _code: "invalid_encoding", _reason: "\uFFFD" };
    expect(isRejection(clean({ email: "a@x.mx", Ciudad: "México", ...report }, true))).toBe(false);
  });

  it.each([
    ["city", 255],
    ["name", 255],
    ["notes", 32_767],
    ["why", 32_767],
    ["x", 32_767],
  ])("hold as much as there is room for: %s", (name, limit) => {
    expect(isRejection(clean({ email: "a@x.mx", [name]: "a".repeat(limit) }))).toBe(false);
    expect(rejection({ email: "a@x.mx", [name]: "a".repeat(limit + 1) })).toMatchObject({
      code: "too_long",
      reason: `The column “${name}” has ${limit + 1} characters; at most ${limit} are possible.`,
    });
  });
});
