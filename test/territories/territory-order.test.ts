import { beforeEach, describe, expect, test } from "vitest";
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

  test("changed twice at once is one of the two, however often", async () => {
    const back = ids.toReversed();
    for (let run = 0; run < RUNS; run++) {
      const answers = await Promise.all([order(ids), order(back)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(["ABCD", "DCBA"]).toContain(await named());
      expect((await priorities()).sort()).toEqual([1, 2, 3, 4]);
    }
  });

  test("changed while one is created and another removed has no gap, however often", async () => {
    for (let run = 0; run < RUNS; run++) {
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
  });
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
