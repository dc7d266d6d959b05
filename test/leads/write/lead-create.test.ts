import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;
let campaign: { id: number };
let rival: { company: TestCompany; agent: TestUser; campaign: { id: number } };

const fresh = () => `${crypto.randomUUID()}@example.test`;
const create = (json: unknown, token = manager.token, at = company) =>
  call(`/companies/${at.id}/leads`, { token, method: "POST", json });
const created = async (json: unknown, token?: string) => (await bodyOf(create(json, token), 201)).lead;
/** What is refused, with its pointer; and that nothing was stored. */
async function refused(json: unknown, status = 422, token = manager.token) {
  const before = await countLeads();
  const problem = await problemOf(create(json, token), status);
  expect(await countLeads()).toBe(before);
  const [error] = problem.errors ?? [];
  return error ? `${error.pointer} ${error.code}` : problem.code;
}
async function countLeads(): Promise<number> {
  const row = await company.database.prepare("SELECT count(*) AS n FROM leads").first<{ n: number }>();
  return row?.n ?? -1;
}

/** A campaign with one question of each kind, and one that is asked no more. */
async function campaignWithQuestions(at: TestCompany, name: string) {
  const made = await createCampaign(at, name);
  const db = openLeads(at.database);
  const kinds = ["single_choice", "multiple_choice", "text", "number", "date", "boolean"] as const;
  const rows = await db
    .insert(questions)
    .values([
      ...kinds.map((kind, index) => ({
        companyId: at.id,
        campaignId: made.id,
        key: `${name}_${kind}`,
        text: kind,
        kind,
        position: index + 1,
      })),
      {
        companyId: at.id,
        campaignId: made.id,
        key: `${name}_old`,
        text: "old",
        kind: "text",
        position: 9,
        archived: true,
      },
    ])
    .returning();
  await db.insert(questionOptions).values(
    rows
      .filter(({ kind }) => kind.endsWith("choice"))
      .flatMap(({ id }) =>
        ["low", "high", "gone"].map((value, index) => ({
          companyId: at.id,
          questionId: id,
          label: `The ${value}`,
          value: `${name}_${value}`,
          position: index + 1,
          archived: value === "gone",
        })),
      ),
  );
  return made;
}

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }], firstName: "Ana", lastName: "Gent" });
  campaign = await campaignWithQuestions(company, "spring");
  const other = await createCompany();
  rival = {
    company: other,
    agent: await createUser({ access: [{ company: other, role: "agent" }] }),
    campaign: await campaignWithQuestions(other, "rival"),
  };
});

test("creates a lead with all that it can have, cleaned as in a file", async () => {
  const email = fresh();
  const response = await create({
    email: ` Ana <${email.toUpperCase()}> `,
    phone: "55 1234 5678 ext. 9",
    first_name: "  Ana ",
    last_name: "Li",
    company_name: "Aurora",
    job_title: "",
    city: "CDMX",
    state: "CDMX",
    country: "Mexico",
    source: "fair",
    stage: "contacted",
    notes: "one\r\ntwo\u0000",
    external_id: "A-1",
    website: "Aurora.example/mx",
    campaign_id: campaign.id,
    answers: { spring_single_choice: "the LOW", spring_number: 4.5, spring_boolean: true },
    custom_fields: { Canal: " WhatsApp ", Leer: "" },
    tags: ["vip", "fair", "vip"],
    assigned_to: agent.id,
  });
  const { lead } = await bodyOf(response, 201);
  expect(lead).toMatchObject({
    company_id: company.id,
    campaign_id: campaign.id,
    email,
    phone: "+525512345678",
    phone_raw: "55 1234 5678 ext. 9",
    full_name: "Ana Li",
    job_title: null,
    country: "Mexico",
    stage: { key: "contacted" },
    assigned_to: { id: agent.id, full_name: "Ana Gent" },
    notes: "one\ntwo",
    website: "https://aurora.example/mx",
    answers: { spring_single_choice: "spring_low", spring_number: 4.5, spring_boolean: true },
    custom_fields: { Canal: "WhatsApp" },
    tags: ["fair", "vip"],
    import: null,
    duplicate_of: null,
    deleted_at: null,
  });
  expect(response.headers.get("Location")).toBe(`/api/v1/leads/${lead.id}`);
  const read = await call(`/leads/${lead.id}`, { token: manager.token });
  expect(read.headers.get("ETag")).toBe(response.headers.get("ETag"));
  expect((await bodyOf(read)).lead).toEqual(lead);
});

test("a lead without more begins in the initial stage, and is nobody's", async () => {
  const lead = await created({ phone: "+52 55 8765 4321" });
  expect(lead).toMatchObject({
    email: null,
    phone: "+525587654321",
    stage: { kind: "initial" },
    assigned_to: null,
  });
});

test("what names no person, or nobody can reach, is refused", async () => {
  expect(await refused({})).toBe("/email missing_contact");
  expect(await refused({ email: " ", phone: null, first_name: "Ana" })).toBe("/email missing_contact");
  expect(await refused({ email: "ana.example.test" })).toBe("/email invalid_email");
  expect(await refused({ phone: "12" })).toBe("/phone invalid_phone");
  expect(await refused({ email: fresh(), phone: "5.2155E+11" })).toBe("/phone excel_number");
  expect(await refused({ email: fresh(), full_name: "Ana" })).toBe("/full_name unknown_field");
  expect(await refused({ email: fresh(), website: "Acme" })).toBe("/website invalid_url");
  expect(await refused({ email: fresh(), website: "javascript:alert(1)" })).toBe("/website invalid_url");
  expect(await refused({ email: fresh(), stage: "nowhere" })).toBe("/stage not_found");
  expect(await refused({ email: fresh(), first_name: "x".repeat(256) })).toBe("/first_name too_big");
});

test("text that is no text, and custom fields that cannot be kept, are refused", async () => {
  const half = "\ud800";
  const fields = (custom_fields: unknown) => ({ email: fresh(), custom_fields });
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`field ${n}`, "x"]));
  expect(await refused({ email: fresh(), city: half })).toBe("/city custom");
  expect(await refused({ email: fresh(), tags: ["ok", `x${half}`] })).toBe("/tags/1 custom");
  expect(await refused({ email: fresh(), tags: ["ok", " "] })).toBe("/tags/1 custom");
  expect(await refused(fields({ Canal: half }))).toBe("/custom_fields/Canal custom");
  expect(await refused(fields({ " Canal": "x" }))).toBe("/custom_fields/ Canal invalid_key");
  expect(await refused(fields(many(201)))).toBe("/custom_fields custom");
  const { id } = await created(fields(many(200)));
  const more = { token: manager.token, method: "PUT", json: { custom_fields: { "one more": "x" } } };
  expect((await problemOf(call(`/leads/${id}`, more), 422)).errors[0].pointer).toBe("/custom_fields");
  const long = { token: manager.token, method: "PUT", json: { custom_fields: {} as Record<string, string> } };
  for (let n = 0; n < 30; n++) long.json.custom_fields[`field ${n}`] = "x".repeat(32_767);
  await bodyOf(call(`/leads/${id}`, long));
  const last = { ...long, json: { custom_fields: { "field 30": "x".repeat(32_767) } } };
  expect((await problemOf(call(`/leads/${id}`, last), 422)).errors[0].pointer).toBe("/custom_fields");
});

describe("answers", () => {
  const answered = (answers: unknown) => ({ email: fresh(), campaign_id: campaign.id, answers });

  test.each([
    ["single_choice", "spring_high", "spring_high"],
    ["multiple_choice", ["spring_low", "The high", "spring_low"], ["spring_low", "spring_high"]],
    ["multiple_choice", "spring_low; spring_high", ["spring_low", "spring_high"]],
    ["text", "free", "free"],
    ["number", "1,234.5", 1234.5],
    ["date", "31/03/2026", "2026-03-31"],
    ["boolean", "sí", true],
  ])("of the kind %s: %j", async (kind, sent, kept) => {
    const lead = await created(answered({ [`spring_${kind}`]: sent }));
    expect(lead.answers).toEqual({ [`spring_${kind}`]: kept });
  });

  test.each([
    ["single_choice", "spring_gone"],
    ["single_choice", "rival_low"],
    ["single_choice", ["spring_low"]],
    ["multiple_choice", ["spring_low", "spring_gone"]],
    ["multiple_choice", []],
    ["text", 5],
    ["number", "many"],
    ["number", true],
    ["number", 1e16],
    ["date", "2026-02-31"],
    ["boolean", 1],
    ["boolean", "perhaps"],
  ])("that a question of the kind %s does not take: %j", async (kind, sent) => {
    expect(await refused(answered({ [`spring_${kind}`]: sent }))).toBe(
      `/answers/spring_${kind} invalid_answer`,
    );
  });

  test("to questions that are not asked", async () => {
    expect(await refused(answered({ spring_old: "x" }))).toBe("/answers/spring_old not_found");
    expect(await refused(answered({ rival_text: "x" }))).toBe("/answers/rival_text not_found");
    expect(await refused(answered({ "a/b~c": "x" }))).toBe("/answers/a~1b~0c not_found");
    expect(await refused({ email: fresh(), answers: { spring_text: "x" } })).toBe(
      "/answers/spring_text not_found",
    );
    const body = `{"email":"${fresh()}","campaign_id":${campaign.id},"answers":{"__proto__":"x"}}`;
    const headers = { "Content-Type": "application/json" };
    const ask = { token: manager.token, method: "POST", body, headers };
    const { errors } = await problemOf(call(`/companies/${company.id}/leads`, ask), 422);
    expect(errors[0].pointer).toBe("/answers/__proto__");
  });
});

describe("who", () => {
  test("an agent's new lead is their own, and nobody else's", async () => {
    expect((await created({ email: fresh() }, agent.token)).assigned_to.id).toBe(agent.id);
    expect((await created({ email: fresh(), assigned_to: agent.id }, agent.token)).assigned_to.id).toBe(
      agent.id,
    );
    expect(await refused({ email: fresh(), assigned_to: manager.id }, 403, agent.token)).toBe(
      "/assigned_to forbidden",
    );
    expect(await refused({ email: fresh(), assigned_to: null }, 403, agent.token)).toBe(
      "/assigned_to forbidden",
    );
  });

  test("a lead is worked by somebody with an access in the company or above", async () => {
    const child = await createCompany({ parent: company });
    const below = await createUser({ access: [{ company: child, role: "agent" }] });
    const disabled = await createUser({ access: [{ company, role: "agent" }], status: "disabled" });
    for (const id of [rival.agent.id, below.id, disabled.id, 999_999_999]) {
      expect(await refused({ email: fresh(), assigned_to: id })).toBe("/assigned_to not_found");
    }
    const json = { email: fresh(), assigned_to: agent.id };
    expect((await bodyOf(create(json, manager.token, child), 201)).lead.assigned_to.id).toBe(agent.id);
  });

  test("a viewer creates none, and to strangers the company is not there", async () => {
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    expect(await refused({ email: fresh() }, 403, viewer.token)).toBe("forbidden");
    expect(await refused({ email: fresh() }, 404, rival.agent.token)).toBe("not_found");
  });

  test("a campaign of another company is none", async () => {
    expect(await refused({ email: fresh(), campaign_id: rival.campaign.id })).toBe("/campaign_id not_found");
  });
});

describe("the same person", () => {
  test("is refused, and named to callers who see them", async () => {
    const email = fresh();
    const { id } = await created({ email });
    const detail = async (token: string, json: unknown = { email }) =>
      (await problemOf(create(json, token), 409)).errors;
    const error = { pointer: "/email", code: "lead_exists" };
    expect(await detail(manager.token, { email: email.toUpperCase() })).toEqual([
      { ...error, detail: `is that of lead ${id}` },
    ]);
    expect(await detail(agent.token)).toEqual([
      { ...error, detail: "is that of a lead that another user works: ask a manager" },
    ]);
    const { phone } = await created({ phone: "+52 55 1111 2222" });
    expect((await detail(manager.token, { phone }))[0].pointer).toBe("/phone");
    await bodyOf(create({ email }, rival.agent.token, rival.company), 201);
  });

  test("is the lead with the phone where not both have an e-mail, and the one with the external id", async () => {
    const phone = "+525533331111";
    const email = fresh();
    await created({ email, phone });
    expect(await refused({ phone }, 409)).toBe("/phone lead_exists");
    // Two people with different e-mails and one phone are two.
    await created({ email: fresh(), phone });
    const bare = await created({ phone: "+525533332222", external_id: "crm-1" });
    expect(await refused({ email: fresh(), phone: bare.phone }, 409)).toBe("/phone lead_exists");
    expect(await refused({ email: fresh(), external_id: "crm-1" }, 409)).toBe("/external_id lead_exists");
    await created({ email: fresh(), external_id: "crm-2" });
  });

  test("counts as another one after the first was deleted", async () => {
    const { email } = await createLead(company, { deletedAt: Date.now() });
    await created({ email });
  });

  test("created twice at once is there once, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const email = fresh();
      const answers = await Promise.all([0, 1].map((n) => create({ email, tags: [`tag-${n}`] })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const won = await bodyOf(answers.find(({ status }) => status === 201) as Response, 201);
      const { results } = await company.database
        .prepare(
          "SELECT l.id, t.tag FROM leads l LEFT JOIN lead_tags t ON t.lead_id = l.id WHERE l.email = ?",
        )
        .bind(email)
        .all();
      expect(results).toEqual([{ id: won.lead.id, tag: won.lead.tags[0] }]);
    }
  });
});
