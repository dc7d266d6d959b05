import { beforeEach, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;
let viewer: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
});

const path = () => `/companies/${company.id}/sources`;
const send = (method: string, at: string, json?: unknown, { token } = manager) =>
  call(at, { token, method, ...(json !== undefined && { json }) });
const add = async (name: string) => (await bodyOf(send("POST", path(), { name }), 201)).source;
const listed = async (query = "") =>
  (await bodyOf(call(path() + query, { token: viewer.token }))).sources.map(
    ({ name }: { name: string }) => name,
  );

describe("adding a source", () => {
  test("offers it, where Location says", async () => {
    const answer = await send("POST", path(), { name: "  Trade fair " });
    const location = answer.headers.get("Location") ?? "";
    const { source } = await bodyOf(answer, 201);
    expect(source).toEqual({
      id: expect.any(Number),
      company_id: company.id,
      name: "Trade fair",
      active: true,
      created_at: expect.any(String),
    });
    expect(Math.floor(source.id / 1e12)).toBe(1);
    const { sources, meta } = await bodyOf(call(location.replace("/api/v1", ""), { token: viewer.token }));
    expect(sources).toEqual([source]);
    expect(meta.total_records).toBe(1);
  });

  test.each(["trade fair", "TRADE  FAIR", "Tráde Fair"])(
    "called %s, as another is, is a conflict",
    async (name) => {
      await add("Trade fair");
      const problem = await problemOf(send("POST", path(), { name }), 409);
      expect(problem).toMatchObject({ code: "source_exists", errors: [{ pointer: "/name" }] });
      expect(await listed()).toEqual(["Trade fair"]);
    },
  );

  test("as another company does is none", async () => {
    await add("Web");
    const other = await createCompany({ store: 1 });
    const { token } = await createUser({ access: [{ company: other, role: "manager" }] });
    await bodyOf(
      call(`/companies/${other.id}/sources`, { token, method: "POST", json: { name: "Web" } }),
      201,
    );
    expect(await listed()).toEqual(["Web"]);
  });

  test("twice at once happens once, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const answers = await Promise.all(
        [`Run ${run}`, `RUN ${run}`].map((name) => send("POST", path(), { name })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
    const row = await company.database
      .prepare("SELECT count(*) AS all_of_them FROM lead_sources WHERE company_id = ?")
      .bind(company.id)
      .first();
    expect(row).toEqual({ all_of_them: 50 });
  });

  test("after the five hundredth is refused", async () => {
    await company.database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499)
         INSERT INTO lead_sources (company_id, name, name_key, created_at) SELECT ?1, i, i, 0 FROM n`,
      )
      .bind(company.id)
      .run();
    await add("The last");
    expect((await problemOf(send("POST", path(), { name: "One more" }), 409)).code).toBe("list_full");
    expect(await listed("?name_eq=One more")).toEqual([]);
  });

  test.each([
    ["no name", {}, "/name"],
    ["an empty name", { name: " " }, "/name"],
    ["a name over two lines", { name: "a\nb" }, "/name"],
    ["a name of half a character", { name: "\ud800" }, "/name"],
    ["a name that is too long", { name: "x".repeat(256) }, "/name"],
    ["another's company", { name: "x", company_id: 1 }, "/company_id"],
  ])("with %s is refused", async (_, json, pointer) => {
    expect((await problemOf(send("POST", path(), json), 422)).errors[0].pointer).toBe(pointer);
    expect(await listed()).toEqual([]);
  });
});

describe("changing a source", () => {
  test("renames it or withdraws it from what is offered, and leaves leads alone", async () => {
    const { id } = await add("Fair");
    const lead = await createLead(company, { source: "Fair" });
    const named = await bodyOf(send("PUT", `/sources/${id}`, { name: "FAIR" }));
    expect(named.source).toMatchObject({ id, name: "FAIR", active: true });
    const put = await bodyOf(send("PUT", `/sources/${id}`, { active: false }));
    expect(put.source).toMatchObject({ id, name: "FAIR", active: false });
    expect(await bodyOf(send("PUT", `/sources/${id}`, {}))).toEqual(put);
    expect(await listed("?active_eq=true")).toEqual([]);
    expect(await listed("?active_eq=false")).toEqual(["FAIR"]);
    expect(await sourceOf(lead)).toBe("Fair");
  });

  test("to the name of another is a conflict", async () => {
    const { id } = await add("Fair");
    await add("Web");
    const problem = await problemOf(send("PUT", `/sources/${id}`, { name: "wéb", active: false }), 409);
    expect(problem.code).toBe("source_exists");
    expect(await listed("?active_eq=true")).toEqual(["Fair", "Web"]);
  });

  test.each([
    ["nothing for a name", { name: null }, "/name"],
    ["a word for a flag", { active: "no" }, "/active"],
    ["a field that it does not have", { id: 1 }, "/id"],
  ])("with %s is refused", async (_, json, pointer) => {
    const { id } = await add("Fair");
    expect((await problemOf(send("PUT", `/sources/${id}`, json), 422)).errors[0].pointer).toBe(pointer);
  });
});

test("a source that is removed leaves its text with the leads, and its name free", async () => {
  const { id } = await add("Fair");
  const lead = await createLead(company, { source: "Fair" });
  expect((await send("DELETE", `/sources/${id}`)).status).toBe(204);
  expect(await listed()).toEqual([]);
  expect(await sourceOf(lead)).toBe("Fair");
  await problemOf(send("DELETE", `/sources/${id}`), 404);
  await problemOf(send("PUT", `/sources/${id}`, { active: true }), 404);
  expect((await add("Fair")).id).toBeGreaterThan(id);
});

test("sources are listed as a person looks for them, in pages", async () => {
  for (const name of ["web", "Árbol", "Expo", "arco"]) await add(name);
  expect(await listed()).toEqual(["Árbol", "arco", "Expo", "web"]);
  expect(await listed("?limit=2&page=2")).toEqual(["Expo", "web"]);
  expect(await listed("?name_cont=R&sort=-id")).toEqual(["arco", "Árbol"]);
});

test("a viewer and an agent read sources, and write none; a stranger sees nothing", async () => {
  const { id } = await add("Fair");
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const stranger = await createUser({
    access: [{ company: await createCompany({ store: 1 }), role: "owner" }],
  });
  for (const [user, status] of [
    [viewer, 403],
    [agent, 403],
    [stranger, 404],
  ] as const) {
    await problemOf(send("POST", path(), { name: "Other" }, user), status);
    await problemOf(send("PUT", `/sources/${id}`, { name: "Other" }, user), status);
    await problemOf(send("DELETE", `/sources/${id}`, undefined, user), status);
  }
  await problemOf(call(path(), { token: stranger.token }), 404);
  expect((await bodyOf(call(path(), { token: agent.token }))).sources).toHaveLength(1);
  expect(await listed()).toEqual(["Fair"]);
});

async function sourceOf({ id }: { id: number }): Promise<unknown> {
  return (
    await company.database
      .prepare("SELECT source FROM leads WHERE id = ?")
      .bind(id)
      .first<{ source: string }>()
  )?.source;
}
