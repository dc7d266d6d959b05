import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

let company: TestCompany;
let manager: TestUser;
let viewer: TestUser;
let agent: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  const person = (role: "manager" | "viewer" | "agent") =>
    createUser({ access: [{ company, role }], firstName: "Diego", lastName: role });
  [manager, viewer, agent] = [await person("manager"), await person("viewer"), await person("agent")];
});

const path = (rest = "") => `/companies/${company.id}/territories${rest}`;
const send = (method: string, at: string, json?: unknown, { token } = manager) =>
  call(at, { token, method, ...(json !== undefined && { json }) });
const create = async (name: string, json: object = {}) =>
  (await bodyOf(send("POST", path(), { name, ...json }), 201)).territory;
const listed = async (query = "") => (await bodyOf(call(path(query), { token: viewer.token }))).territories;
const named = async () => (await listed("?limit=100")).map(({ name }: { name: string }) => name).join("");
const match = async (place: Record<string, string>) =>
  (await bodyOf(call(path(`/match?${new URLSearchParams(place)}`), { token: viewer.token }))).territory
    ?.name ?? null;

/** Everything that is kept of the company's territories. */
async function kept() {
  const { database, id } = company;
  const [territories, users] = await database.batch([
    database.prepare("SELECT * FROM territories WHERE company_id = ? ORDER BY id").bind(id),
    database.prepare("SELECT * FROM territory_users WHERE company_id = ? ORDER BY 1, 2").bind(id),
  ]);
  return { territories: territories?.results ?? [], users: users?.results ?? [] };
}

/** The priorities as the database has them, by id of territory. */
const priorities = async () =>
  (await kept()).territories.map((row) => (row as { priority: number }).priority);

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

  test("five at once gives each a place of its own, 50 times", async () => {
    for (let run = 1; run <= 50; run++) {
      const made = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => create(`Run ${run}, ${n}`, { user_ids: [agent.id] })),
      );
      const places = made.map(({ priority }) => priority).sort((a, b) => a - b);
      expect(places).toEqual([1, 2, 3, 4, 5].map((n) => (run - 1) * 5 + n));
      expect((await kept()).users).toHaveLength(run * 5);
    }
    expect((await priorities()).sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
  }, 60_000);

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

  test("with users and removing it at once leaves nothing by half, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const { id } = await create("x", { user_ids: [agent.id] });
      const [changed, removed] = await Promise.all([
        send("PUT", `/territories/${id}`, { user_ids: [agent.id, manager.id] }),
        send("DELETE", `/territories/${id}`),
      ]);
      expect([200, 404]).toContain(changed.status);
      expect(removed.status).toBe(204);
      expect(await kept()).toEqual({ territories: [], users: [] });
    }
  }, 60_000);
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

  test("twice at once happens once, and leaves no gap, 50 times", async () => {
    for (const name of ["A", "C"]) await create(name);
    for (let run = 0; run < 50; run++) {
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
  }, 60_000);
});

describe("the order of territories", () => {
  let ids: number[];
  const order = (territory_ids: unknown) => send("PUT", path("/order"), { territory_ids });

  beforeEach(async () => {
    ids = [];
    for (const name of ["A", "B", "C", "D"]) ids.push((await create(name)).id);
  });

  test("is what is sent, also where two change places", async () => {
    const [a, b, c, d] = ids;
    const { territories } = await bodyOf(order([d, b, c, a]));
    expect(territories).toEqual([
      { id: d, name: "D", priority: 1 },
      { id: b, name: "B", priority: 2 },
      { id: c, name: "C", priority: 3 },
      { id: a, name: "A", priority: 4 },
    ]);
    expect(await named()).toBe("DBCA");
    expect(await priorities()).toEqual([4, 2, 3, 1]);
  });

  test("takes all, each once, or stays", async () => {
    const other = await createCompany({ store: 1 });
    const { token } = await createUser({ access: [{ company: other, role: "manager" }] });
    const asked = { token, method: "POST", json: { name: "Theirs" } };
    const { id } = (await bodyOf(call(`/companies/${other.id}/territories`, asked), 201)).territory;
    const before = await kept();
    for (const wrong of [
      ids.slice(1),
      [...ids, ids[0]],
      [...ids.slice(1), ids[1]],
      [...ids, id],
      [...ids.slice(1), id],
      [...ids.slice(1), 999],
    ]) {
      const problem = await problemOf(order(wrong), 422);
      expect(problem.errors).toMatchObject([{ pointer: "/territory_ids", code: "not_all" }]);
      expect(await kept()).toEqual(before);
    }
    await problemOf(order([]), 422);
    await problemOf(order(["1"]), 422);
  });

  test("changed twice at once is one of the two, 50 times", async () => {
    const back = ids.toReversed();
    for (let run = 0; run < 50; run++) {
      const answers = await Promise.all([order(ids), order(back)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(["ABCD", "DCBA"]).toContain(await named());
      expect((await priorities()).sort()).toEqual([1, 2, 3, 4]);
    }
  }, 60_000);

  test("changed while one is created and another removed has no gap, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const before = (await listed()).map((one: { id: number }) => one.id);
      const [ordered, , removed] = await Promise.all([
        order(before.toReversed()),
        create("x"),
        send("DELETE", `/territories/${before[1]}`),
      ]);
      expect([200, 422]).toContain(ordered.status);
      expect(removed.status).toBe(204);
      expect((await priorities()).sort()).toEqual([1, 2, 3, 4]);
      const shown = (await listed()).map((one: { id: number }) => one.id);
      const left = before.toSpliced(1, 1);
      const stood = shown.filter((id: number) => left.includes(id));
      expect(stood).toEqual(ordered.status === 200 ? left.toReversed() : left);
    }
  }, 60_000);
});

describe("a place falls into", () => {
  beforeEach(async () => {
    await create("City", { countries: ["MX"], states: ["Nuevo León"], cities: ["San Pedro Garza García"] });
    await create("State", { states: ["Nuevo León", "Coahuila"] });
    await create("Country", { countries: ["MX", "BR"] });
  });

  test.each([
    [{ country: "MX", state: "Nuevo León", city: "San Pedro Garza García" }, "City"],
    [{ country: "mx", state: "NUEVO  LEON", city: "san pedro garza garcia" }, "City"],
    [{ country: "México", state: "nuevo león", city: "Monterrey" }, "State"],
    [{ country: "US", state: "Coahuila" }, "State"],
    [{ state: "Nuevo León", city: "San Pedro Garza García" }, "State"],
    [{ country: "MX", city: "San Pedro Garza García" }, "Country"],
    [{ country: "Brasil" }, "Country"],
    [{ country: "US" }, null],
    [{ country: "Narnia" }, null],
    [{ country: "MX'; --", state: "%", city: "*" }, null],
    [{ country: "́", state: " ", city: "́" }, null],
    [{}, null],
  ])("%j: %s", async (place, wanted) => {
    expect(await match(place)).toBe(wanted);
  });

  test("the first by the order that stands", async () => {
    const place = { country: "MX", state: "Nuevo León", city: "San Pedro Garza García" };
    const ids = (await listed()).map(({ id }: { id: number }) => id);
    await bodyOf(send("PUT", path("/order"), { territory_ids: ids.toReversed() }));
    expect(await match(place)).toBe("Country");
  });

  test("one that takes in any, where none before it does", async () => {
    await create("Rest");
    expect(await match({ country: "Narnia" })).toBe("Rest");
    expect(await match({})).toBe("Rest");
    expect(await match({ country: "BR" })).toBe("Country");
  });

  test.each([
    ["?county=MX", "/county"],
    [`?city=${"x".repeat(256)}`, "/city"],
    ["?state=a&state=b", "/state"],
  ])("nothing where the question is wrong: %s", async (query, pointer) => {
    const problem = await problemOf(call(path(`/match${query}`), { token: viewer.token }), 400);
    expect(problem.errors[0].pointer).toBe(pointer);
  });
});

test.each([
  [
    "creating",
    "INSERT ON territory_users",
    "",
    () => send("POST", path(), { name: "x", user_ids: [agent.id] }),
  ],
  [
    "changing",
    "INSERT ON territory_users",
    "",
    ([id]: number[]) => send("PUT", `/territories/${id}`, { name: "x", user_ids: [manager.id] }),
  ],
  [
    "removing",
    "UPDATE ON territories",
    "AND NEW.priority = 1",
    ([id]: number[]) => send("DELETE", `/territories/${id}`),
  ],
  [
    "ordering",
    "UPDATE ON territories",
    "AND NEW.priority = 1",
    (ids: number[]) => send("PUT", path("/order"), { territory_ids: ids.toReversed() }),
  ],
])("%s leaves nothing by half where its last statement fails", async (_, event, condition, ask) => {
  const { database, id } = company;
  const ids = [];
  for (const name of ["A", "B", "C"]) ids.push((await create(name, { user_ids: [agent.id] })).id);
  const before = await kept();
  await database
    .prepare(
      `CREATE TRIGGER forced BEFORE ${event} WHEN NEW.company_id = ${id} ${condition}
       BEGIN SELECT RAISE(ABORT, 'forced'); END`,
    )
    .run();
  try {
    await problemOf(ask(ids), 500);
  } finally {
    await database.prepare("DROP TRIGGER forced").run();
  }
  expect(await kept()).toEqual(before);
  expect((await ask(ids)).ok).toBe(true);
  expect(await kept()).not.toEqual(before);
});

test("a viewer and an agent read territories, and write none; a stranger sees nothing", async () => {
  const { id } = await create("North", { user_ids: [agent.id] });
  const stranger = await createUser({
    access: [{ company: await createCompany({ store: 1 }), role: "owner" }],
  });
  const before = await kept();
  for (const [user, status] of [
    [viewer, 403],
    [agent, 403],
    [stranger, 404],
  ] as const) {
    await problemOf(send("POST", path(), { name: "x" }, user), status);
    await problemOf(send("PUT", `/territories/${id}`, { name: "x" }, user), status);
    await problemOf(send("DELETE", `/territories/${id}`, undefined, user), status);
    await problemOf(send("PUT", path("/order"), { territory_ids: [id] }, user), status);
  }
  await problemOf(call(path(), { token: stranger.token }), 404);
  await problemOf(call(path("/match"), { token: stranger.token }), 404);
  expect(await kept()).toEqual(before);
  expect((await bodyOf(call(path("/match"), { token: agent.token }))).territory.id).toBe(id);
});

test("an Idempotency-Key makes one territory of two requests", async () => {
  const asked = {
    token: manager.token,
    method: "POST",
    json: { name: "Once" },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  };
  const first = await bodyOf(call(path(), asked), 201);
  expect(await bodyOf(call(path(), asked), 201)).toEqual(first);
  expect(await priorities()).toEqual([1]);
});
