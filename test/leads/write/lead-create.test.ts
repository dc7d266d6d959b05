import { describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  agent,
  campaign,
  company,
  create,
  created,
  fresh,
  manager,
  prepareCreation,
  refused,
} from "./create-calls.ts";

prepareCreation();

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
