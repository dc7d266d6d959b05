import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { importChunks, importMatches, leadTags, questions } from "../../../src/db/leads/schema.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

type Row = Awaited<ReturnType<typeof createLead>>;

const T0 = Date.parse("2026-02-17T21:54:09.000Z");
const SECOND = 1000;
const iso = (milliseconds: number) => encodeURIComponent(new Date(milliseconds).toISOString());

let company: TestCompany;
let other: TestCompany;
let manager: TestUser;
let agent: TestUser;
let campaign: { id: number };
let autumn: { id: number };
let imported: { id: number; importCode: string; fileSha256: string };
const questionIds: Record<string, number> = {};
const made: Record<string, Row> = {};

/** The names of the leads that a list holds, in its order. */
async function namesIn(query: string, token = manager.token, list = "leads"): Promise<string[]> {
  const { leads } = await bodyOf(call(`/companies/${company.id}/${list}?${query}`, { token }));
  return leads.map(({ id }: { id: number }) => Object.keys(made).find((name) => made[name]?.id === id));
}

beforeAll(async () => {
  company = await createCompany();
  other = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  campaign = await createCampaign(company);
  autumn = await createCampaign(company, "Autumn");
  imported = await createImportRow(company, manager);
  const db = openLeads(company.database);
  const ask = async (
    name: string,
    kind: "text" | "number" | "date" | "boolean" | "multiple_choice",
    key = name,
  ) => {
    const campaignId = name === "autumn_budget" ? autumn.id : campaign.id;
    const [row] = await db
      .insert(questions)
      .values({ companyId: company.id, campaignId, key, text: name, kind, position: 1 })
      .returning();
    questionIds[name] = row?.id ?? 0;
  };
  await ask("budget", "number");
  await ask("autumn_budget", "number", "budget");
  await ask("visit", "date");
  await ask("wants_call", "boolean");
  await ask("channels", "multiple_choice");
  await ask("remark", "text");
  const answers = (byName: Record<string, string | number | boolean | string[]>) => ({
    answers: Object.fromEntries(Object.entries(byName).map(([name, value]) => [questionIds[name], value])),
  });

  const lead = async (name: string, seconds: number, differs: Parameters<typeof createLead>[1]) => {
    made[name] = await createLead(company, { createdAt: T0 + seconds * SECOND, updatedAt: T0, ...differs });
  };
  await lead("ana", 0, {
    email: "ana@one.test",
    phone: "+525512345678",
    firstName: "Ana",
    lastName: "Díaz",
    city: "León",
    source: "100% fair",
    stageId: 1,
    campaignId: campaign.id,
    ...answers({ budget: 500, visit: "2026-03-01", wants_call: true, channels: ["mail", "phone"] }),
    customFields: { 'Canal "favorito"': "WhatsApp", "a.b": "x" },
  });
  await lead("bo", 3, {
    email: "bo@two.test",
    phone: null,
    firstName: "Bo",
    companyName: "Acme_North",
    stageId: 2,
    campaignId: autumn.id,
    assignedTo: agent.id,
    ...answers({ autumn_budget: 1500, remark: "Call at NOON" }),
  });
  await lead("cy", 1, {
    email: "cy@one.test",
    firstName: "cyrus",
    jobTitle: "CEO",
    stageId: 2,
    importId: imported.id,
    recordNumber: 7,
    assignedTo: manager.id,
    updatedAt: T0 + 5 * SECOND,
    customFields: { 'Canal "favorito"': "Mail" },
  });
  // As old as the one before: what decides is the id.
  await lead("di", 1, {
    email: null,
    phone: "+525587654321",
    phoneRaw: "55 8765 4321 ext. 3",
    externalId: "X-4",
    notes: "Met at the fair",
    stageId: 6,
    duplicateOf: made.ana?.id ?? 0,
  });
  await lead("gone", 2, { email: "gone@one.test", deletedAt: T0 });
  made.stranger = await createLead(other, { email: "stranger@one.test", createdAt: T0 + SECOND });

  const tag = (name: string, text: string) => ({
    companyId: company.id,
    leadId: made[name]?.id ?? 0,
    tag: text,
  });
  await db
    .insert(leadTags)
    .values([tag("ana", "vip"), tag("cy", "vip"), tag("bo", "cold"), tag("gone", "vip")]);
  await db.insert(importChunks).values({
    importId: imported.id,
    firstRecord: 1,
    records: 9,
    leadsAfter: made.bo?.id ?? 0,
    writtenAt: made.cy?.createdAt ?? 0,
  });
  // The import updated two leads, and met a third that was as the file says.
  await db.insert(importMatches).values(
    ["ana", "bo", "di"].map((name, index) => ({
      importId: imported.id,
      recordNumber: index + 1,
      leadId: made[name]?.id ?? 0,
      changed: name !== "bo",
    })),
  );
});

describe("filters", () => {
  const cases: [string, () => string, string[]][] = [
    ["none: the latest first, ties by id", () => "", ["bo", "di", "cy", "ana"]],
    ["sort=created_at", () => "sort=created_at", ["ana", "cy", "di", "bo"]],
    ["id_eq", () => `id_eq=${made.cy?.id}`, ["cy"]],
    ["id_eq of another company", () => `id_eq=${made.stranger?.id}`, []],
    ["id_eq of a deleted one", () => `id_eq=${made.gone?.id}`, []],
    ["id_in", () => `id_in=${made.cy?.id},${made.ana?.id},${made.stranger?.id}`, ["cy", "ana"]],
    ["email_eq, however it is typed", () => "email_eq=ANA@one.test", ["ana"]],
    ["email_not_eq counts who has none", () => "email_not_eq=ana@one.test", ["bo", "di", "cy"]],
    ["email_cont", () => "email_cont=ONE.TEST", ["cy", "ana"]],
    ["email_start", () => "email_start=bo@", ["bo"]],
    ["email_in", () => "email_in=Bo@two.test,cy@one.test", ["bo", "cy"]],
    ["email_null=true", () => "email_null=true", ["di"]],
    ["email_null=false", () => "email_null=false", ["bo", "cy", "ana"]],
    ["phone_eq", () => "phone_eq=%2B525512345678", ["ana"]],
    ["phone_start", () => "phone_start=%2B52", ["di", "ana"]],
    ["phone_raw_cont", () => "phone_raw_cont=ext", ["di"]],
    ["first_name_cont in any case", () => "first_name_cont=CYR", ["cy"]],
    ["last_name_eq", () => `last_name_eq=${encodeURIComponent("Díaz")}`, ["ana"]],
    ["company_name_cont with an underscore that is one", () => "company_name_cont=e_n", ["bo"]],
    ["company_name_cont with one that would be any", () => "company_name_cont=a_m", []],
    ["source_cont with a percent sign that is one", () => "source_cont=0%25%20f", ["ana"]],
    ["job_title_eq", () => "job_title_eq=CEO", ["cy"]],
    ["city_in", () => `city_in=${encodeURIComponent("León,Lima")}`, ["ana"]],
    ["state_null", () => "state_null=false", []],
    ["country_eq", () => "country_eq=MX", []],
    ["external_id_eq", () => "external_id_eq=X-4", ["di"]],
    ["notes_cont", () => "notes_cont=FAIR", ["di"]],
    ["stage_eq by key", () => "stage_eq=won", ["di"]],
    ["stage_eq by id", () => "stage_eq=2", ["bo", "cy"]],
    ["stage_in", () => "stage_in=new,6", ["di", "ana"]],
    ["stage_not_eq", () => "stage_not_eq=2", ["di", "ana"]],
    ["campaign_id_eq", () => `campaign_id_eq=${campaign.id}`, ["ana"]],
    ["campaign_id_in", () => `campaign_id_in=${campaign.id},${autumn.id}`, ["bo", "ana"]],
    ["campaign_id_null", () => "campaign_id_null=true", ["di", "cy"]],
    ["assigned_to_eq", () => `assigned_to_eq=${agent.id}`, ["bo"]],
    ["assigned_to_eq and stage_eq", () => `assigned_to_eq=${manager.id}&stage_eq=2`, ["cy"]],
    ["assigned_to_in", () => `assigned_to_in=${agent.id},${manager.id}`, ["bo", "cy"]],
    ["assigned_to_null", () => "assigned_to_null=true", ["di", "ana"]],
    ["tags_eq", () => "tags_eq=vip", ["cy", "ana"]],
    ["tags_eq is exact", () => "tags_eq=VIP", []],
    ["tags_in", () => "tags_in=vip,cold", ["bo", "cy", "ana"]],
    ["import_code_eq", () => `import_code_eq=${imported.importCode}`, ["cy"]],
    [
      "import_outcome_eq=created",
      () => `import_code_eq=${imported.importCode}&import_outcome_eq=created`,
      ["cy"],
    ],
    [
      "import_outcome_eq=updated",
      () => `import_code_eq=${imported.importCode}&import_outcome_eq=updated`,
      ["di", "ana"],
    ],
    [
      "import_outcome_eq=updated of a file, and a stage",
      () => `file_sha256_eq=${imported.fileSha256}&import_outcome_eq=updated&stage_eq=won`,
      ["di"],
    ],
    ["file_sha256_eq", () => `file_sha256_eq=${imported.fileSha256}`, ["cy"]],
    [
      "import_code_eq and record_number_eq",
      () => `import_code_eq=${imported.importCode}&record_number_eq=8`,
      [],
    ],
    ["duplicate_of_null", () => "duplicate_of_null=false", ["di"]],
    ["duplicate_of_eq", () => `duplicate_of_eq=${made.ana?.id}`, ["di"]],
    ["created_at_gt", () => `created_at_gt=${iso(T0 + SECOND)}`, ["bo"]],
    ["created_at_gteq", () => `created_at_gteq=${iso(T0 + SECOND)}`, ["bo", "di", "cy"]],
    ["created_at_lt", () => `created_at_lt=${iso(T0 + SECOND)}`, ["ana"]],
    ["updated_at_gt", () => `updated_at_gt=${iso(T0)}`, ["cy"]],
    ["a number as an answer", () => "answers.budget_eq=500", ["ana"]],
    ["a key that two campaigns have", () => "answers.budget_gteq=500.0", ["bo", "ana"]],
    ["the same in one of them", () => `answers.budget_gteq=500&campaign_id_eq=${autumn.id}`, ["bo"]],
    ["numbers compare as numbers", () => "answers.budget_lt=1000", ["ana"]],
    ["several numbers", () => "answers.budget_in=500,7,1500", ["bo", "ana"]],
    ["a date", () => "answers.visit_lteq=2026-03-01", ["ana"]],
    ["an earlier date", () => "answers.visit_lt=2026-03-01", []],
    ["yes", () => "answers.wants_call_eq=true", ["ana"]],
    ["no", () => "answers.wants_call_eq=0", []],
    ["one of the choices", () => "answers.channels_eq=phone", ["ana"]],
    ["a choice that nobody made", () => "answers.channels_in=fax,pho", []],
    ["words of an answer", () => "answers.remark_cont=noon", ["bo"]],
    ["no answer", () => "answers.remark_null=true", ["di", "cy", "ana"]],
    ["an answer", () => "answers.remark_null=false", ["bo"]],
    ["a custom field", () => `${encodeURIComponent('custom_fields.Canal "favorito"_eq')}=Mail`, ["cy"]],
    ["words of one", () => `${encodeURIComponent('custom_fields.Canal "favorito"_cont')}=whats`, ["ana"]],
    ["one with a dot in its name", () => "custom_fields.a.b_eq=x", ["ana"]],
    ["one that nobody has", () => "custom_fields.nope_eq=x", []],
    ["one that is missing", () => "custom_fields.a.b_null=1", ["bo", "di", "cy"]],
    [
      "empty ones beside one that is not",
      () => "page=&stage_eq=&answers.nope_eq=&tags_in=&email_start=bo",
      ["bo"],
    ],
    [
      "all kinds at once",
      () => "tags_eq=vip&answers.budget_eq=500&custom_fields.a.b_eq=x&stage_eq=new",
      ["ana"],
    ],
  ];

  test.each(cases)("%s", async (_, query, wanted) => {
    expect(await namesIn(query())).toEqual(wanted);
    const { meta } = await bodyOf(
      call(`/companies/${company.id}/leads?${query()}`, { token: manager.token }),
    );
    expect(meta.total_records).toBe(wanted.length);
  });
});

describe("who sees what", () => {
  test("an agent sees their own, and the count says no more", async () => {
    expect(await namesIn("", agent.token)).toEqual(["bo"]);
    expect(await namesIn(`assigned_to_eq=${manager.id}`, agent.token)).toEqual([]);
    expect(await namesIn("tags_in=vip,cold", agent.token)).toEqual(["bo"]);
    const { meta } = await bodyOf(call(`/companies/${company.id}/leads`, { token: agent.token }));
    expect(meta.total_records).toBe(1);
  });

  test("one who sees all and an agent get their own, one after another", async () => {
    const second = await createUser({ access: [{ company, role: "agent" }] });
    for (const [token, wanted] of [
      [agent.token, ["bo"]],
      [second.token, []],
      [manager.token, ["bo", "di", "cy", "ana"]],
      [agent.token, ["bo"]],
    ] as const) {
      expect(await namesIn("", token)).toEqual(wanted);
    }
  });

  test("an outcome without an import, and one that there is not, are refused", async () => {
    for (const query of ["import_outcome_eq=updated", "import_code_eq=imp_x&import_outcome_eq=failed"]) {
      const problem = await problemOf(
        call(`/companies/${company.id}/leads?${query}`, { token: manager.token }),
        400,
      );
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: "/import_outcome_eq" })]);
    }
  });

  test("nothing of another company, whose list has the same SQL", async () => {
    const member = await createUser({ access: [{ company: other, role: "viewer" }] });
    const { leads } = await bodyOf(call(`/companies/${other.id}/leads`, { token: member.token }));
    expect(leads.map(({ id }: { id: number }) => id)).toEqual([made.stranger?.id]);
    expect(await namesIn(`import_code_eq=${imported.importCode}`)).toEqual(["cy"]);
    const none = `/companies/${other.id}/leads?import_code_eq=${imported.importCode}`;
    expect((await bodyOf(call(none, { token: member.token }))).leads).toEqual([]);
    await problemOf(call(`/companies/${company.id}/leads`, { token: member.token }), 404);
  });

  test("an answer by a question of another company is refused as one of none", async () => {
    const member = await createUser({ access: [{ company: other, role: "viewer" }] });
    const path = `/companies/${other.id}/leads?answers.budget_eq=500`;
    const problem = await problemOf(call(path, { token: member.token }), 400);
    expect(problem.detail).toContain("there are: none");
  });
});

describe("unassigned", () => {
  test("those that nobody works, with the filters of any list", async () => {
    expect(await namesIn("", manager.token, "leads/unassigned")).toEqual(["di", "ana"]);
    expect(await namesIn("stage_eq=won", manager.token, "leads/unassigned")).toEqual(["di"]);
    expect(await namesIn(`assigned_to_eq=${agent.id}`, manager.token, "leads/unassigned")).toEqual([]);
  });

  test("an agent gets none", async () => {
    expect(await namesIn("", agent.token, "leads/unassigned")).toEqual([]);
  });
});

describe("what is refused with 400", () => {
  test.each([
    ["an unknown stage", "stage_eq=sold", "/stage_eq", "unknown_stage", "won (6)"],
    ["one among several", "stage_in=new,sold", "/stage_in", "unknown_stage", "new (1)"],
    ["an unknown question", "answers.nope_eq=1", "/answers.nope_eq", "unknown_question", "budget"],
    ["a number that is none", "answers.budget_eq=much", "/answers.budget_eq", "invalid_value", "number"],
    ["a date that is none", "answers.visit_gt=soon", "/answers.visit_gt", "invalid_value", "date"],
    ["an order of words", "answers.remark_gt=a", "/answers.remark_gt", "invalid_value", "text"],
    ["a flag that is none", "answers.remark_null=maybe", "/answers.remark_null", "invalid_value", "true"],
    [
      "a value given twice",
      "answers.remark_eq=a&answers.remark_eq=b",
      "/answers.remark_eq",
      "invalid_value",
      "once",
    ],
    [
      "an unknown comparison",
      "answers.budget_like=1",
      "/answers.budget_like",
      "unknown_field",
      "answers.<key>",
    ],
    ["another", "custom_fields.a_gt=1", "/custom_fields.a_gt", "unknown_field", "custom_fields.<name>"],
    ["an unknown parameter", "nope=1", "/nope", "unknown_field", "email_cont"],
    ["what every object has", "__proto__=1", "/__proto__", "unknown_field", "email_cont"],
    ["an order that no index serves", "sort=city", "/sort", "invalid_value", "created_at"],
    ["a page beside a cursor", "page=2&cursor=abc", "/page", "with_cursor", "cursor"],
    ["a cursor that is none", "cursor=abc", "/cursor", "invalid_value", "next_cursor"],
    ["too long a text", `email_cont=${"x".repeat(256)}`, "/email_cont", "too_big", "255"],
    ["more filters than a statement takes", many(31), "", "too_many", "30"],
    [
      "more values than each lead can be compared with",
      `custom_fields.a_in=${Array(60).fill("x")}&custom_fields.b_in=${Array(41).fill("x")}`,
      "",
      "too_many",
      "100 values",
    ],
    [
      "more parts of texts than can be looked for in each lead",
      ["email", "phone", "first_name", "last_name", "company_name", "job_title"]
        .flatMap((field) => [`${field}_cont=x`, `${field}_start=x`])
        .join("&"),
      "",
      "too_many",
      "10 filters",
    ],
  ])("%s", async (_, query, pointer, code, says) => {
    const path = `/companies/${company.id}/leads?${query}`;
    const problem = await problemOf(call(path, { token: manager.token }), 400);
    expect(problem.errors).toEqual([{ pointer, code, detail: expect.stringContaining(says) }]);
  });

  test("everything that is wrong at once", async () => {
    const path = `/companies/${company.id}/leads?limit=0&nope=1`;
    const { errors } = await problemOf(call(path, { token: manager.token }), 400);
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(["/limit", "/nope"]);
  });

  test("as many filters as are allowed are no trouble for the database", async () => {
    expect(await namesIn(many(30))).toEqual([]);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, index) => `custom_fields.f${index}_eq=x`).join("&");
}

test("an address leads to the leads that have it: the first, its copies, and none of another company", async () => {
  const shop = await createCompany();
  const worker = await createUser({ access: [{ company: shop, role: "agent" }] });
  const owner = await createUser({ access: [{ company: shop, role: "owner" }] });
  const email = "same@one.test";
  const first = await createLead(shop, { email });
  const copy = await createLead(shop, { email, duplicateOf: first.id, assignedTo: worker.id });
  await createLead(shop, { email, duplicateOf: first.id, deletedAt: T0 });
  await createLead(shop, { email: "next@one.test" });
  await createLead(other, { email });
  const idsFor = async (token: string, query: string) => {
    const { leads, meta } = await bodyOf(call(`/companies/${shop.id}/leads?${query}`, { token }));
    expect(meta.total_records).toBe(leads.length);
    return leads.map(({ id }: { id: number }) => id);
  };
  for (const query of [`email_eq=${email}`, `email_in=${email},nobody@one.test`]) {
    expect(await idsFor(owner.token, query)).toEqual([copy.id, first.id]);
    expect(await idsFor(worker.token, query)).toEqual([copy.id]);
    expect(await idsFor(owner.token, `${query}&duplicate_of_null=true`)).toEqual([first.id]);
  }
});
