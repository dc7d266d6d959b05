import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

let company: TestCompany;
let child: TestCompany;
let manager: TestUser;
let agent: TestUser;

beforeAll(async () => {
  company = await createCompany({ store: 1 });
  child = await createCompany({ parent: company });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

const create = (json: unknown, at = company, token = manager.token) =>
  call(`/companies/${at.id}/campaigns`, { token, method: "POST", json });

describe("creating a campaign", () => {
  test("keeps what was sent, and is found where Location says", async () => {
    const json = { name: " Spring ", status: "active", starts_at: "2026-03-01T00:00:00-06:00" };
    const answer = await create(json);
    const location = answer.headers.get("Location") ?? "";
    const { campaign } = await bodyOf(answer, 201);
    expect(campaign).toEqual({
      id: expect.any(Number),
      company_id: company.id,
      name: "Spring",
      description: "",
      status: "active",
      starts_at: "2026-03-01T06:00:00.000Z",
      ends_at: null,
      questions_count: 0,
      leads_count: 0,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(Math.floor(campaign.id / 1e12)).toBe(1);
    expect(location).toBe(`/api/v1/campaigns/${campaign.id}`);
    expect(await bodyOf(call(`/campaigns/${campaign.id}`, { token: agent.token }))).toEqual({ campaign });
  });

  test.each([
    ["no name", {}, "/name"],
    ["an empty name", { name: "  " }, "/name"],
    ["a status of no campaign", { name: "x", status: "archived" }, "/status"],
    ["a day for a time", { name: "x", starts_at: "2026-03-01" }, "/starts_at"],
    ["a field of somebody else's", { name: "x", company_id: 1 }, "/company_id"],
    [
      "an end before its start",
      { name: "x", starts_at: "2026-03-01T00:00:00Z", ends_at: "2026-02-01T00:00:00Z" },
      "/ends_at",
    ],
  ])("with %s is refused, and keeps nothing", async (_, json, pointer) => {
    const before = await count(company);
    const problem = await problemOf(create(json), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect(await count(company)).toBe(before);
  });

  test("takes a manager", async () => {
    await problemOf(create({ name: "x" }, company, agent.token), 403);
  });

  test("with an Idempotency-Key happens once", async () => {
    const asked = {
      token: manager.token,
      method: "POST",
      json: { name: "Once" },
      headers: { "Idempotency-Key": crypto.randomUUID() },
    };
    const path = `/companies/${child.id}/campaigns`;
    const first = await bodyOf(call(path, asked), 201);
    expect(await bodyOf(call(path, asked), 201)).toEqual(first);
    expect(await count(child)).toBe(1);
  });
});

async function count({ id, database }: TestCompany): Promise<number> {
  const row = await database
    .prepare("SELECT count(*) AS n FROM campaigns WHERE company_id = ?")
    .bind(id)
    .first<{ n: number }>();
  return row?.n ?? -1;
}

describe("changing a campaign", () => {
  test("changes what is given and nothing else", async () => {
    const { campaign } = await bodyOf(create({ name: "Summer", description: "Fair" }), 201);
    const path = `/campaigns/${campaign.id}`;
    const changed = await bodyOf(
      call(path, { token: manager.token, method: "PUT", json: { status: "paused" } }),
    );
    expect(changed.campaign).toEqual({
      ...campaign,
      status: "paused",
      updated_at: changed.campaign.updated_at,
    });
  });

  test("to end before its start is refused, whichever of the two comes", async () => {
    const { campaign } = await bodyOf(create({ name: "Autumn", starts_at: "2026-09-01T00:00:00Z" }), 201);
    const path = `/campaigns/${campaign.id}`;
    const json = { ends_at: "2026-08-01T00:00:00Z" };
    await problemOf(call(path, { token: manager.token, method: "PUT", json }), 422);
    expect((await bodyOf(call(path, { token: manager.token }))).campaign).toEqual(campaign);
  });
});

describe("a list of campaigns", () => {
  test("has those of the company alone, newest first, narrowed and counted", async () => {
    const own = await createCompany();
    const below = await createCompany({ parent: own });
    const { token } = await createUser({ access: [{ company: own, role: "manager" }] });
    const names = ["One", "Two", "Three"];
    for (const name of names) await bodyOf(create({ name, status: "active" }, own, token), 201);
    await bodyOf(create({ name: "Below" }, below, token), 201);
    const path = `/companies/${own.id}/campaigns`;
    const { campaigns, meta } = await bodyOf(call(`${path}?page&limit=2&status_eq=`, { token }));
    expect(campaigns.map((one: { name: string }) => one.name)).toEqual(["Three", "Two"]);
    expect(meta).toMatchObject({ total_records: 3, total_pages: 2, next_page: 2 });
    const listed = await bodyOf(call(`${path}?name_cont=t&sort=name`, { token }));
    expect(listed.campaigns.map((one: { name: string }) => one.name)).toEqual(["Three", "Two"]);
    expect((await bodyOf(call(`${path}?status_eq=ended`, { token }))).campaigns).toEqual([]);
    await problemOf(call(`${path}?status_eq=gone`, { token }), 400);
  });

  test("counts leads and questions", async () => {
    const own = await createCompany();
    const { token } = await createUser({ access: [{ company: own, role: "manager" }] });
    const { campaign } = await bodyOf(create({ name: "Counted" }, own, token), 201);
    await createLead(own, { campaignId: campaign.id });
    await createLead(own, {});
    const question = { key: "age", text: "Age?", kind: "number" };
    await bodyOf(call(`/campaigns/${campaign.id}/questions`, { token, method: "POST", json: question }), 201);
    expect((await bodyOf(call(`/campaigns/${campaign.id}`, { token }))).campaign).toMatchObject({
      leads_count: 1,
      questions_count: 1,
    });
  });
});

test("stages come in their order, and say when nothing has changed", async () => {
  const answer = await call("/stages", { token: agent.token });
  const { stages } = await bodyOf(answer);
  expect(stages[0]).toEqual({ id: 1, name: "New", key: "new", kind: "initial", position: 1 });
  expect(stages.map((one: { position: number }) => one.position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const headers = { "If-None-Match": answer.headers.get("ETag") ?? "" };
  expect((await call("/stages", { token: agent.token, headers })).status).toBe(304);
});
