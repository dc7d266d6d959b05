import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { leads, questions } from "../../../src/db/leads/schema.ts";
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
let other: TestUser;

const get = (id: number, token = manager.token) => call(`/leads/${id}`, { token });
const put = (id: number, json: unknown, { token = manager.token, tag = "" } = {}) =>
  call(`/leads/${id}`, { token, method: "PUT", json, headers: tag ? { "If-Match": tag } : {} });
const changed = async (id: number, json: unknown) => (await bodyOf(put(id, json))).lead;
const tagOf = async (id: number) => (await get(id)).headers.get("ETag") ?? "";
const rows = async (query: string, ...values: unknown[]) =>
  (
    await company.database
      .prepare(query)
      .bind(...values)
      .all()
  ).results;
const stored = async (id: number) => (await rows("SELECT * FROM leads WHERE id = ?", id))[0];
const historyOf = (id: number) =>
  rows(
    "SELECT from_stage_id, to_stage_id, changed_by FROM lead_stage_changes WHERE lead_id = ? ORDER BY id",
    id,
  );

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  other = await createUser({ access: [{ company, role: "agent" }] });
});

test("changes what is given, empties what is null, and leaves the rest", async () => {
  const { id } = await createLead(company, {
    firstName: "Ana",
    jobTitle: "CEO",
    city: "Lima",
    customFields: { kept: "1", gone: "2", changed: "3" },
  });
  await changed(id, { tags: ["b", "a"] });
  const lead = await changed(id, {
    first_name: "Eva",
    job_title: null,
    custom_fields: { gone: null, changed: "4", new: "5" },
    tags: ["a", "c"],
    assigned_to: agent.id,
  });
  expect(lead).toMatchObject({
    first_name: "Eva",
    job_title: null,
    city: "Lima",
    custom_fields: { kept: "1", changed: "4", new: "5" },
    tags: ["a", "c"],
    assigned_to: { id: agent.id },
  });
  expect((await bodyOf(get(id))).lead).toEqual(lead);
  expect(await changed(id, { custom_fields: null, tags: null })).toMatchObject({
    custom_fields: {},
    tags: [],
  });
});

test("changes a lead to which a file brought more custom fields than a request may add", async () => {
  const customFields = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`field ${n}`, "x"]));
  const { id } = await createLead(company, { firstName: "Ana", customFields });
  expect(await changed(id, { first_name: "Eva" })).toMatchObject({ first_name: "Eva" });
  const { custom_fields: left } = await changed(id, { custom_fields: { "field 0": null, "field 1": "y" } });
  expect(Object.keys(left)).toHaveLength(299);
  expect(left["field 1"]).toBe("y");
  const more = call(`/leads/${id}`, {
    method: "PUT",
    token: manager.token,
    json: { custom_fields: { another: "z" } },
  });
  expect(await problemOf(more, 422)).toMatchObject({ errors: [{ pointer: "/custom_fields" }] });
});

test("what changes nothing writes nothing", async () => {
  const { id } = await createLead(company, { firstName: "Ana" });
  const before = await stored(id);
  const tag = await tagOf(id);
  const response = await put(id, { first_name: " Ana ", stage: "new", tags: [] });
  expect(response.headers.get("ETag")).toBe(tag);
  expect(await stored(id)).toEqual(before);
});

test("a change of stage goes into the history, with who made it", async () => {
  const { id } = await createLead(company, { assignedTo: agent.id });
  await bodyOf(put(id, { stage: "contacted" }, { token: agent.token }));
  await bodyOf(put(id, { stage: "contacted" }));
  await bodyOf(put(id, { stage: 3, first_name: "Ana" }));
  expect(await historyOf(id)).toEqual([
    { from_stage_id: 1, to_stage_id: 2, changed_by: agent.id },
    { from_stage_id: 2, to_stage_id: 3, changed_by: manager.id },
  ]);
});

describe("e-mail and phone", () => {
  test("decide who is the same person", async () => {
    const { id } = await createLead(company);
    const email = `${crypto.randomUUID()}@example.test`;
    await changed(id, { email: email.toUpperCase(), phone: "55 1234 5678" });
    expect(await stored(id)).toMatchObject({ email, phone: "+525512345678" });
    await changed(id, { email: null });
    expect(await stored(id)).toMatchObject({ email: null });
    const { errors } = await problemOf(put(id, { phone: null }), 422);
    expect(errors).toMatchObject([{ pointer: "/email", code: "missing_contact" }]);
    await problemOf(put(id, { phone: "12" }), 422);
    expect(await stored(id)).toMatchObject({ phone: "+525512345678" });
  });

  test("a phone is of the lead's own country first", async () => {
    const { id } = await createLead(company, { country: "España" });
    expect((await changed(id, { phone: "612 345 678" })).phone).toBe("+34612345678");
    expect((await changed(id, { country: "MX", phone: "55 1234 5679" })).phone).toBe("+525512345679");
  });

  test("that another lead has are refused, and nothing is written", async () => {
    const [first, second] = [await createLead(company, { assignedTo: agent.id }), await createLead(company)];
    const before = await stored(first.id);
    const json = { email: second.email, stage: "won", tags: ["x"], first_name: "Eva" };
    const { errors, lead_id } = await problemOf(put(first.id, json), 409);
    expect(lead_id).toBe(second.id);
    expect(errors).toEqual([
      { pointer: "/email", code: "lead_exists", detail: `is that of lead ${second.id}` },
    ]);
    const hidden = await problemOf(put(first.id, json, { token: agent.token }), 409);
    expect(hidden).not.toHaveProperty("lead_id");
    expect(hidden.errors[0].detail).not.toContain(String(second.id));
    expect(await stored(first.id)).toEqual(before);
    expect(await historyOf(first.id)).toEqual([]);
    expect(await rows("SELECT * FROM lead_tags WHERE lead_id = ?", first.id)).toEqual([]);
  });

  test("of a lead with copies leave the old ones to the first copy", async () => {
    const first = await createLead(company);
    const copy = (differs = {}) =>
      createLead(company, {
        ...differs,
        email: first.email,
        duplicateOf: first.id,
      });
    const [second, third, gone] = [await copy(), await copy(), await copy({ deletedAt: 1 })];
    await changed(first.id, { first_name: "Eva" });
    expect((await stored(second.id))?.version).toBe(0);
    await changed(first.id, { email: `${crypto.randomUUID()}@example.test` });
    const pointers = await rows(
      "SELECT id, duplicate_of, version FROM leads WHERE id IN (?, ?, ?) ORDER BY id",
      second.id,
      third.id,
      gone.id,
    );
    expect(pointers).toEqual([
      { id: second.id, duplicate_of: null, version: 0 },
      { id: third.id, duplicate_of: second.id, version: 0 },
      { id: gone.id, duplicate_of: second.id, version: 0 },
    ]);
    // And a copy that becomes somebody else points to nobody.
    const email = `${crypto.randomUUID()}@example.test`;
    expect(await changed(third.id, { email })).toMatchObject({ email, duplicate_of: null });
    await problemOf(put(third.id, { email: first.email }), 409);
  });
});

test("answers are those of the campaign, and outlive a change of it", async () => {
  const ask = async (name: string) => {
    const campaign = await createCampaign(company, name);
    const values = { companyId: company.id, campaignId: campaign.id, text: name, position: 1 };
    await openLeads(company.database)
      .insert(questions)
      .values({ ...values, key: name, kind: "number" });
    return campaign.id;
  };
  const [spring, autumn] = [await ask("spring"), await ask("autumn")];
  const { id } = await createLead(company);
  await changed(id, { campaign_id: spring, answers: { spring: 1 } });
  const { errors } = await problemOf(put(id, { answers: { autumn: 2 } }), 422);
  expect(errors).toMatchObject([{ pointer: "/answers/autumn", code: "not_found" }]);
  const moved = await changed(id, { campaign_id: autumn, answers: { autumn: 2 } });
  expect(moved).toMatchObject({ campaign_id: autumn, answers: { spring: 1, autumn: 2 } });
  expect((await changed(id, { answers: { autumn: null } })).answers).toEqual({ spring: 1 });
  expect((await changed(id, { answers: null, campaign_id: null })).answers).toEqual({});
  const elsewhere = await createCampaign(await createCompany());
  await problemOf(put(id, { campaign_id: elsewhere.id }), 422);
  expect(await stored(id)).toMatchObject({ campaign_id: null, answers: null });
});

describe("agents", () => {
  test("work their own leads, and see no others", async () => {
    const { id } = await createLead(company, { assignedTo: agent.id });
    expect((await bodyOf(put(id, { notes: "called" }, { token: agent.token }))).lead.notes).toBe("called");
    for (const user of [
      other,
      await createUser({ access: [{ company: await createCompany(), role: "owner" }] }),
    ]) {
      await problemOf(get(id, user.token), 404);
      await problemOf(put(id, { notes: "mine" }, { token: user.token }), 404);
    }
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    await bodyOf(get(id, viewer.token));
    await problemOf(put(id, { notes: "mine" }, { token: viewer.token }), 403);
    expect(await stored(id)).toMatchObject({ notes: "called", version: 1 });
  });

  test("hand no lead on, nor back", async () => {
    const { id } = await createLead(company, { assignedTo: agent.id });
    for (const assigned_to of [other.id, null]) {
      const { errors } = await problemOf(put(id, { assigned_to }, { token: agent.token }), 403);
      expect(errors).toMatchObject([{ pointer: "/assigned_to" }]);
    }
    await bodyOf(put(id, { assigned_to: agent.id, city: "Lima" }, { token: agent.token }));
    await changed(id, { assigned_to: other.id });
    await problemOf(put(id, { city: "Cusco" }, { token: agent.token }), 404);
    expect(await stored(id)).toMatchObject({ assigned_to: other.id, city: "Lima" });
    expect((await changed(id, { assigned_to: null })).assigned_to).toBeNull();
  });
});

describe("If-Match", () => {
  test("lets a change happen only to what the client has seen", async () => {
    const { id } = await createLead(company);
    const tag = await tagOf(id);
    const first = await put(id, { city: "Lima" }, { tag });
    const next = first.headers.get("ETag") ?? "";
    expect(next).not.toBe(tag);
    expect((await problemOf(put(id, { city: "Cusco" }, { tag }), 412)).code).toBe("precondition_failed");
    expect(await stored(id)).toMatchObject({ city: "Lima", version: 1 });
    await bodyOf(put(id, { city: "Cusco" }, { tag: `"other", W/${next}` }));
    await bodyOf(put(id, { city: "Puno" }, { tag: "*" }));
    expect(await stored(id)).toMatchObject({ city: "Puno", version: 3 });
  });

  test("of two at once exactly one has its way, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const { id } = await createLead(company);
      const tag = await tagOf(id);
      const cities = ["Lima", "Cusco"];
      const answers = await Promise.all(
        cities.map((city, n) => put(id, { city, stage: n + 2, tags: [city] }, { tag })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const won = answers.findIndex(({ status }) => status === 200);
      expect(await stored(id)).toMatchObject({ city: cities[won], stage_id: won + 2, version: 1 });
      expect(await historyOf(id)).toEqual([
        { from_stage_id: 1, to_stage_id: won + 2, changed_by: manager.id },
      ]);
      expect(await rows("SELECT tag FROM lead_tags WHERE lead_id = ?", id)).toEqual([{ tag: cities[won] }]);
    }
  });

  test("without it, those who change different fields at once all have their way", async () => {
    const fields = ["city", "state", "country", "job_title", "source", "notes"];
    for (let run = 0; run < 10; run++) {
      const { id } = await createLead(company);
      const answers = await Promise.all(fields.map((field) => put(id, { [field]: `its ${field}` })));
      expect(answers.map(({ status }) => status)).toEqual(fields.map(() => 200));
      const row = await stored(id);
      for (const field of fields) expect(row?.[field]).toBe(`its ${field}`);
      expect(row?.version).toBe(fields.length);
    }
  });

  test("a change that meets an import's loses nothing of either", async () => {
    const { id } = await createLead(company);
    const db = openLeads(company.database);
    const tag = await tagOf(id);
    await db
      .update(leads)
      .set({ city: "Lima", version: 1, updatedAt: Date.now() + 1000 })
      .where(eq(leads.id, id));
    await problemOf(put(id, { state: "LIM" }, { tag }), 412);
    expect(await changed(id, { state: "LIM" })).toMatchObject({ city: "Lima", state: "LIM" });
  });
});
