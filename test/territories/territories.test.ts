import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import {
  agent,
  company,
  create,
  kept,
  listed,
  manager,
  match,
  named,
  path,
  prepareTerritories,
  priorities,
  send,
  viewer,
} from "./territory-calls.ts";

prepareTerritories();

const RUNS = howMany(15, 50);

describe("creating a territory", () => {
  test("keeps it after all others, and shows it where Location says", async () => {
    await create("South");
    const json = {
      name: " North ",
      countries: ["mx", "US"],
      states: [" Nuevo León", "Texas"],
      cities: ["Monterrey"],
      user_ids: [agent.id, manager.id],
    };
    const answer = await send("POST", path(), json);
    const location = answer.headers.get("Location") ?? "";
    const { territory } = await bodyOf(answer, 201);
    expect(territory).toEqual({
      id: expect.any(Number),
      company_id: company.id,
      name: "North",
      priority: 2,
      countries: ["MX", "US"],
      states: ["Nuevo León", "Texas"],
      cities: ["Monterrey"],
      users: [
        { id: manager.id, full_name: "Diego manager" },
        { id: agent.id, full_name: "Diego agent" },
      ],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(Math.floor(territory.id / 1e12)).toBe(1);
    const { territories } = await bodyOf(call(location.replace("/api/v1", ""), { token: viewer.token }));
    expect(territories).toEqual([territory]);
  });

  test("gives it to those who come by a company above, too", async () => {
    const child = await createCompany({ parent: company });
    const json = { name: "x", user_ids: [agent.id] };
    const { territory } = await bodyOf(send("POST", `/companies/${child.id}/territories`, json), 201);
    expect(territory.users).toEqual([{ id: agent.id, full_name: "Diego agent" }]);
  });

  test("five at once gives each a place of its own, however often", async () => {
    for (let run = 1; run <= RUNS; run++) {
      const made = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => create(`Run ${run}, ${n}`, { user_ids: [agent.id] })),
      );
      const places = made.map(({ priority }) => priority).sort((a, b) => a - b);
      expect(places).toEqual([1, 2, 3, 4, 5].map((n) => (run - 1) * 5 + n));
      expect((await kept()).users).toHaveLength(run * 5);
    }
    expect((await priorities()).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 5 * RUNS }, (_, i) => i + 1),
    );
  });

  test("after the five hundredth is refused, and gives nothing to anybody", async () => {
    await company.database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499)
         INSERT INTO territories (company_id, name, priority, countries, states, state_keys, cities, city_keys,
           created_at, updated_at)
         SELECT ?1, i, i, '[]', '[]', '[]', '[]', '[]', 0, 0 FROM n`,
      )
      .bind(company.id)
      .run();
    expect((await create("The last")).priority).toBe(500);
    const before = await kept();
    const problem = await problemOf(send("POST", path(), { name: "One more", user_ids: [agent.id] }), 409);
    expect(problem.code).toBe("list_full");
    expect(await kept()).toEqual(before);
  });

  test.each([
    ["no name", { name: undefined }, "/name"],
    ["a name over two lines", { name: "a\nb" }, "/name"],
    ["a country by its name", { countries: ["MX", "Mexico"] }, "/countries/1"],
    ["a country that there is not", { countries: ["ZZ"] }, "/countries/0"],
    ["a country twice", { countries: ["MX", "US", "mx"] }, "/countries/2"],
    ["a state twice", { states: ["Nuevo León", "NUEVO LEON"] }, "/states/1"],
    ["a city of nothing", { cities: [" "] }, "/cities/0"],
    ["a city for a list", { cities: "Monterrey" }, "/cities"],
    ["more cities than fit", { cities: Array.from({ length: 301 }, (_, i) => `City ${i}`) }, "/cities"],
    ["a user by name", { user_ids: ["Diego"] }, "/user_ids/0"],
    ["a priority", { priority: 1 }, "/priority"],
  ])("with %s is refused", async (_, json, pointer) => {
    const problem = await problemOf(send("POST", path(), { name: "x", ...json }), 422);
    expect(problem.errors[0].pointer).toBe(pointer);
    expect(await kept()).toEqual({ territories: [], users: [] });
  });
});

describe("the users of a territory", () => {
  test("are refused where they have no access in the company or above, each with a pointer", async () => {
    const child = await createCompany({ parent: company });
    const below = await createUser({ access: [{ company: child, role: "agent" }] });
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    const disabled = await createUser({ access: [{ company, role: "agent" }], status: "disabled" });
    const territory = await create("North", { user_ids: [agent.id] });
    const before = await kept();
    const user_ids = [below.id, agent.id, stranger.id, disabled.id, 999_999_999];
    const wanted = [0, 2, 3, 4].map((index) => `/user_ids/${index}`);
    for (const [method, at] of [
      ["POST", path()],
      ["PUT", `/territories/${territory.id}`],
    ] as const) {
      const problem = await problemOf(send(method, at, { name: "x", user_ids }), 422);
      expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(wanted);
      // Nobody learns who is a user somewhere else.
      expect(new Set(problem.errors.map(({ detail }: { detail: string }) => detail)).size).toBe(1);
      expect(await kept()).toEqual(before);
    }
  });

  test("are refused where one comes twice", async () => {
    const problem = await problemOf(send("POST", path(), { name: "x", user_ids: [agent.id, agent.id] }), 422);
    expect(problem.errors).toMatchObject([{ pointer: "/user_ids/1", code: "repeated" }]);
  });

  test("are left out once they lose the access, and are back with it", async () => {
    await create("North", { user_ids: [agent.id, manager.id] });
    const shown = async () => (await listed())[0].users.map(({ id }: { id: number }) => id);
    const status = (value: string) =>
      env.DIRECTORY.prepare("UPDATE users SET status = ? WHERE id = ?").bind(value, agent.id).run();
    await status("disabled");
    expect(await shown()).toEqual([manager.id]);
    await status("active");
    expect(await shown()).toEqual([manager.id, agent.id]);
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(agent.id).run();
    expect(await shown()).toEqual([manager.id]);
    const matched = await bodyOf(call(path("/match"), { token: viewer.token }));
    expect(matched.territory.users).toEqual([{ id: manager.id, full_name: "Diego manager" }]);
  });
});

describe("changing a territory", () => {
  test("changes what is given, each list as a whole", async () => {
    const before = await create("North", { countries: ["MX"], states: ["Sonora"], user_ids: [agent.id] });
    const at = `/territories/${before.id}`;
    const first = (await bodyOf(send("PUT", at, { states: ["Nuevo León"], user_ids: [manager.id] })))
      .territory;
    expect(first).toEqual({
      ...before,
      states: ["Nuevo León"],
      users: [{ id: manager.id, full_name: "Diego manager" }],
      updated_at: expect.any(String),
    });
    expect(await match({ country: "MX", state: "nuevo leon" })).toBe("North");
    expect(await match({ country: "MX", state: "Sonora" })).toBeNull();
    const second = (await bodyOf(send("PUT", at, { name: "N", user_ids: [] }))).territory;
    expect(second).toMatchObject({ name: "N", countries: ["MX"], states: ["Nuevo León"], users: [] });
    expect((await bodyOf(send("PUT", at, {}))).territory).toMatchObject({ name: "N", users: [] });
  });

  test("with users and removing it at once leaves nothing by half, however often", async () => {
    for (let run = 0; run < RUNS; run++) {
      const { id } = await create("x", { user_ids: [agent.id] });
      const [changed, removed] = await Promise.all([
        send("PUT", `/territories/${id}`, { user_ids: [agent.id, manager.id] }),
        send("DELETE", `/territories/${id}`),
      ]);
      expect([200, 404]).toContain(changed.status);
      expect(removed.status).toBe(204);
      expect(await kept()).toEqual({ territories: [], users: [] });
    }
  });
});

describe("removing a territory", () => {
  test("moves those after it up", async () => {
    const [a, b] = [await create("A"), await create("B", { user_ids: [agent.id] })];
    for (const name of ["C", "D"]) await create(name);
    expect((await send("DELETE", `/territories/${b.id}`)).status).toBe(204);
    expect(await named()).toBe("ACD");
    expect(await priorities()).toEqual([1, 2, 3]);
    expect((await kept()).users).toEqual([]);
    await problemOf(send("DELETE", `/territories/${b.id}`), 404);
    await problemOf(send("PUT", `/territories/${b.id}`, { name: "B" }), 404);
    expect((await send("DELETE", `/territories/${a.id}`)).status).toBe(204);
    expect(await priorities()).toEqual([1, 2]);
    expect((await create("E")).priority).toBe(3);
  });

  test("twice at once happens once, and leaves no gap, however often", async () => {
    for (const name of ["A", "C"]) await create(name);
    for (let run = 0; run < RUNS; run++) {
      const { id } = await create("B");
      const ids = (await listed()).map((one: { id: number }) => one.id);
      await bodyOf(send("PUT", path("/order"), { territory_ids: [id, ...ids.slice(0, 2)] }));
      const answers = await Promise.all([
        send("DELETE", `/territories/${id}`),
        send("DELETE", `/territories/${id}`),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
      expect(await priorities()).toEqual([1, 2]);
      expect(await named()).toBe("AC");
    }
  });
});
