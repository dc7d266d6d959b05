import { describe, expect, it } from "vitest";
import {
  type CleaningContext,
  cleanRecord,
  isRejection,
} from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { LeadRecord, Question, Rejection } from "../../../src/leads/lead-record.ts";
import { hostileText, seededRandom } from "../seeded-random.ts";

const QUESTIONS: Question[] = [
  {
    id: 11,
    key: "interest",
    kind: "single_choice",
    options: [{ label: "Casa", value: "house", archived: false }],
  },
  {
    id: 12,
    key: "areas",
    kind: "multiple_choice",
    options: [{ label: "Norte", value: "n", archived: false }],
  },
  { id: 13, key: "budget", kind: "number", options: [] },
  { id: 14, key: "visit_on", kind: "date", options: [] },
  { id: 15, key: "owner", kind: "boolean", options: [] },
  { id: 16, key: "why", kind: "text", options: [] },
];
const STAGES = [
  { id: 1, key: "new", name: "New" },
  { id: 2, key: "in_contact", name: "En conversación" },
];

function contextOf(header: string[], mapping: Record<string, string | null> | null = null): CleaningContext {
  return { columns: matchColumns(header, mapping, QUESTIONS), country: "MX", stages: STAGES };
}

function clean(record: Record<string, string>, damaged = false): LeadRecord | Rejection {
  return cleanRecord(Object.values(record), contextOf(Object.keys(record)), damaged);
}

function lead(record: Record<string, string>): LeadRecord {
  const outcome = clean(record);
  if (isRejection(outcome)) throw new Error(`${outcome.code}: ${outcome.reason}`);
  return outcome;
}

function rejection(record: Record<string, string>, damaged = false): Rejection {
  const outcome = clean(record, damaged);
  if (!isRejection(outcome)) throw new Error("The record became a lead");
  return outcome;
}

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

describe("contact", () => {
  it("is an e-mail or a phone", () => {
    expect(lead({ email: "a@x.mx", phone: "" }).email).toBe("a@x.mx");
    expect(lead({ email: " ", phone: "55 1234 5678" })).toMatchObject({
      phone: "+525512345678",
      email: null,
    });
    expect(rejection({ Correo: "", Celular: " \u00A0" })).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail or a phone: fill in “Correo” or “Celular”.",
    });
  });

  it("may be an external id where that identifies a record: the reason names its column", () => {
    const missing = (header: string[]) => {
      const columns = matchColumns(header, null, [], undefined, { isKeyedById: true });
      return cleanRecord(
        ["", "", "Ana"],
        { columns, country: "MX", stages: STAGES, isKeyedById: true },
        false,
      );
    };
    expect(missing(["Celular", "ID externo", "Nombre"])).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail, a phone or an external id: fill in “Celular” or “ID externo”.",
    });
    expect(missing(["external_id", "x", "Nombre"])).toEqual({
      code: "missing_contact",
      reason: "A lead needs an e-mail, a phone or an external id: fill in “external_id”.",
    });
  });

  it("keeps an e-mail that is none beside a phone, with a warning", () => {
    expect(lead({ Correo: "ana@example", phone: "5512345678" })).toMatchObject({
      email: null,
      phone: "+525512345678",
      customFields: { Correo: "ana@example" },
      warnings: [{ code: "invalid_email", column: "Correo", value: "ana@example" }],
    });
  });

  it("must not be a false e-mail alone", () => {
    expect(rejection({ email: "ana@example", phone: "" })).toMatchObject({
      code: "invalid_email",
      reason: "“ana@example” is not an e-mail address: its domain has no dot, as in example.com.",
    });
    expect(rejection({ email: `${"😀".repeat(100)}` }).reason).toContain(`“${"😀".repeat(60)}…”`);
  });

  it("keeps a phone that cannot be read beside an e-mail, with a warning", () => {
    for (const [phone, code] of [
      ["123", "invalid_phone"],
      ["5.2155E+11", "excel_number"],
      ["ver notas", "invalid_phone"],
      ["1234-5678 / 8765-4321", "invalid_phone"],
    ] as const) {
      expect(lead({ email: "a@x.mx", phone })).toMatchObject({
        phone: null,
        phoneRaw: phone,
        warnings: [{ code }],
      });
    }
  });

  it("keeps the text of a phone that says more than its number", () => {
    expect(lead({ phone: "55 1234 5678 ext. 12" })).toMatchObject({
      phone: "+525512345678",
      phoneRaw: "55 1234 5678 ext. 12",
      warnings: null,
    });
  });

  it("needs a phone that can be read without an e-mail", () => {
    expect(rejection({ phone: "12345" })).toMatchObject({ code: "invalid_phone" });
    expect(rejection({ phone: "12345" }).reason).toContain("country code");
    for (const phone of ["5.2155E+11", "5,2155E+11"]) {
      expect(rejection({ phone })).toMatchObject({ code: "excel_number" });
      expect(rejection({ phone }).reason).toContain("format the column as text");
    }
  });

  it("reads a phone by the record's country, else by the company's", () => {
    const phone = "11 98765-4321";
    expect(lead({ phone, country: "BR" }).phone).toBe("+5511987654321");
    expect(lead({ phone, country: "Brasil" }).phone).toBe("+5511987654321");
    expect(rejection({ phone: "5512345678", country: "Narnia" })).toMatchObject({ code: "unknown_country" });
    expect(lead({ phone: "+525512345678", country: "Narnia" })).toMatchObject({
      phone: "+525512345678",
      warnings: null,
    });
    const context = { ...contextOf(["phone"]), country: null };
    expect(cleanRecord(["5512345678"], context, false)).toMatchObject({ code: "invalid_phone" });
    expect(cleanRecord(["+525512345678"], context, false)).toMatchObject({ phone: "+525512345678" });
    expect(cleanRecord(["+525512345678"], { ...context, country: "ZZ" }, false)).toMatchObject({
      phone: "+525512345678",
    });
  });
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
      lastName: null,
      customFields: { n: "Ana Pérez" },
    });
    expect(cleanRecord(["a@x.mx", "Ana Pérez", ""], context, false)).toMatchObject({
      firstName: "Ana",
      lastName: "Pérez",
    });
  });
});

describe("what cannot be read", () => {
  it("is kept: a stage", () => {
    expect(lead({ email: "a@x.mx", stage: "Perdido" })).toMatchObject({
      stageId: null,
      customFields: { stage: "Perdido" },
      warnings: [{ code: "unknown_stage", value: "Perdido" }],
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
    expect(isRejection(clean({ email: "a@x.mx", Ciudad: "México", _reason: "\uFFFD" }, true))).toBe(false);
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

/** Without the warnings of lost letters: those of a contact that was no use are not among a lead's own cells. */
function withoutLost(outcome: LeadRecord | Rejection): LeadRecord | Rejection {
  if (isRejection(outcome)) return outcome;
  const warnings = outcome.warnings?.filter(({ code }) => code !== "encoding_in_doubt") ?? [];
  return { ...outcome, warnings: warnings.length > 0 ? warnings : null };
}

describe("any cells at all", () => {
  const PROTO = "__proto__";
  const header = [
    "email",
    "phone",
    "name",
    "city",
    "country",
    "stage",
    "notes",
    ...QUESTIONS.map(({ key }) => key),
    PROTO,
    "x",
  ];
  const context = contextOf(header);

  /** The record that a lead would be written as. */
  function cellsOf(outcome: LeadRecord): string[] {
    const kept: Record<string, string> = outcome.customFields ?? Object.create(null);
    const answers = QUESTIONS.map(({ id, key }) => {
      const answer = outcome.answers?.[id];
      return Array.isArray(answer) ? answer.join(";") : String(answer ?? kept[key] ?? "");
    });
    const name = [outcome.firstName, outcome.lastName].filter((part) => part !== null).join(" ");
    const stage = STAGES.find(({ id }) => id === outcome.stageId)?.key ?? kept.stage ?? "";
    const email = [outcome.email, kept.email].filter((part) => part != null).join("; ");
    const own = [
      email,
      outcome.phoneRaw ?? outcome.phone,
      name,
      outcome.city,
      outcome.country,
      stage,
      outcome.notes,
    ];
    return [...own.map((text) => text ?? ""), ...answers, kept[PROTO] ?? "", kept.x ?? ""];
  }

  it("become a lead with a key or a rejection with a reason, and the lead's own cells become it again", () => {
    const random = seededRandom(4);
    const emails = ["ana@x.mx", " <Ana@X.mx>", "", "a@b"];
    const phones = ["5512345678", "+34 612 345 678", "", "5.2E+11", "55 1234 5678 x3"];
    const seen = { leads: 0, warnings: 0, rejections: new Set<string>() };
    for (let round = 0; round < 10_000; round++) {
      const cells = header.map(() => hostileText(random, 8));
      if (random() < 0.8) cells[0] = emails[Math.floor(random() * emails.length)] ?? "";
      if (random() < 0.8) cells[1] = phones[Math.floor(random() * phones.length)] ?? "";
      // A comma turns a name around, which joining its parts does not undo.
      cells[2] = cells[2]?.replaceAll(",", "") ?? "";
      if (random() < 0.05) cells.push(hostileText(random, 8));
      if (random() < 0.01) cells[3] = "long".repeat(100);

      const outcome = cleanRecord(cells, context, random() < 0.1);
      if (isRejection(outcome)) {
        seen.rejections.add(outcome.code);
        expect(outcome.reason).not.toBe("");
        continue;
      }
      seen.leads++;
      if (outcome.warnings) seen.warnings++;
      expect(outcome.email ?? outcome.phone).toMatch(/./);
      // A contact that stood in the other's column goes back into its own.
      if (outcome.warnings?.some(({ code }) => code === "contact_in_other_column")) continue;
      // As JSON, which shows a property named `__proto__` like any other.
      const again = cleanRecord(cellsOf(outcome), context, false);
      expect(JSON.stringify(withoutLost(again))).toBe(JSON.stringify(withoutLost(outcome)));
    }
    expect(seen.leads).toBeGreaterThan(1_000);
    expect(seen.warnings).toBeGreaterThan(1_000);
    expect([...seen.rejections].sort()).toEqual([
      "excel_number",
      "extra_cells",
      "invalid_email",
      "invalid_encoding",
      "invalid_phone",
      "missing_contact",
      "too_long",
      "unknown_country",
    ]);
  });
});
