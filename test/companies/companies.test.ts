import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { loadActor } from "../../src/auth/actor.ts";
import { createCompany as create } from "../../src/companies/create-company.ts";
import { CompanyAnswer } from "../../src/companies/schemas.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { UNKEYED } from "../../src/http/idempotency/creation.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";

const companyRow = async (id: number) => (await rowsOf("SELECT * FROM companies WHERE id = ?", id))[0];
const ancestorsOf = (id: number) =>
  rowsOf("SELECT ancestor_id, depth FROM company_ancestors WHERE company_id = ? ORDER BY depth", id);

const post = (user: TestUser, json: unknown, headers: Record<string, string> = {}) =>
  call("/companies", { method: "POST", token: user.token, json, headers });
const put = (user: TestUser, id: number, json: unknown) =>
  call(`/companies/${id}`, { method: "PUT", token: user.token, json });

/** Companies one below the other, from the root on. */
async function createTree(levels: number): Promise<TestCompany[]> {
  const tree: TestCompany[] = [];
  for (let level = 0; level < levels; level++) {
    const parent = tree.at(-1);
    tree.push(await createCompany(parent ? { parent } : {}));
  }
  return tree;
}

const last = <T>(list: T[]): T => {
  const matching = list.at(-1);
  if (matching === undefined) throw new Error("an empty list");
  return matching;
};

describe("a new company", () => {
  test("belongs to its creator, as its owner, with an audit event", async () => {
    const user = await createUser();
    const answer = await post(user, { name: "  Fresh Leads  " });
    const { company } = CompanyAnswer.parse(await bodyOf(answer, 201));
    expect(answer.headers.get("Location")).toBe(`/api/v1/companies/${company.id}`);
    expect(company).toMatchObject({
      name: "Fresh Leads",
      parent_company_id: null,
      avatar_route: null,
      timezone: "UTC",
      country: null,
      default_locale: "en",
      cycles_enabled: false,
      current_cycle: null,
      membership: null,
    });
    expect(company.updated_at).toBe(company.created_at);
    expect(await bodyOf(call(`/companies/${company.id}`, { token: user.token }))).toEqual({ company });
    expect(await ancestorsOf(company.id)).toEqual([{ ancestor_id: company.id, depth: 0 }]);
    const accesses = await rowsOf("SELECT * FROM user_accesses WHERE company_id = ?", company.id);
    expect(accesses).toEqual([expect.objectContaining({ user_id: user.id, access_id: 1, primary: 1 })]);
    const shared = { company_id: company.id, actor_id: user.id };
    expect(await eventsOf("company", company.id)).toEqual([
      { ...shared, action: "company.created", details: {} },
    ]);
    expect(await eventsOf("user_access", accesses[0]?.id)).toEqual([
      { ...shared, action: "user_access.granted", details: { user_id: user.id, access_id: 1 } },
    ]);
    await bodyOf(put(user, company.id, { name: "Mine to change" }));
  });

  test("leaves the primary access of its maker where it is", async () => {
    const home = await createCompany();
    const user = await createUser({ access: [{ company: home, role: "viewer" }] });
    const { company } = await bodyOf(post(user, { name: "Second" }), 201);
    const accesses = await rowsOf(
      'SELECT company_id, access_id, "primary" FROM user_accesses WHERE user_id = ? ORDER BY id',
      user.id,
    );
    expect(accesses).toEqual([
      { company_id: home.id, access_id: 4, primary: 1 },
      { company_id: company.id, access_id: 1, primary: 0 },
    ]);
  });

  test("speaks the language of its maker", async () => {
    const user = await createUser();
    await env.DIRECTORY.prepare("UPDATE users SET locale = 'pt' WHERE id = ?").bind(user.id).run();
    const { company } = await bodyOf(post(user, { name: "Nova" }), 201);
    expect(company.default_locale).toBe("pt");
  });

  test("takes what is said", async () => {
    const user = await createUser();
    const said = { name: "Norte", timezone: "America/Tijuana", country: "MX", default_locale: "es" };
    const { company } = await bodyOf(post(user, said), 201);
    expect(company).toMatchObject(said);
    expect(await companyRow(company.id)).toMatchObject(said);
  });

  test("goes to the lead store with the fewest companies", async () => {
    const count = async (store: number) => {
      const [row] = await rowsOf("SELECT count(*) AS n FROM companies WHERE lead_store = ?", store);
      return Number(row?.n);
    };
    const user = await createUser();
    for (let run = 0; run < 6; run++) {
      const [first, second] = [await count(0), await count(1)];
      const { company } = await bodyOf(post(user, { name: `Root ${run}` }), 201);
      expect((await companyRow(company.id))?.lead_store).toBe(first <= second ? 0 : 1);
    }
    expect(Math.abs((await count(0)) - (await count(1)))).toBeLessThanOrEqual(1);
  });

  test("is made once for its Idempotency-Key", async () => {
    const user = await createUser();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await post(user, { name: "Once" }, headers);
    const again = await post(user, { name: "Once" }, headers);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
    expect(await bodyOf(again, 201)).toEqual(await bodyOf(first, 201));
    expect(await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", user.id)).toHaveLength(1);
  });
});

describe("below a parent", () => {
  test("it has the parent's store and settings, and an owner of its own", async () => {
    const root = await createCompany({ store: 1, country: "BR" });
    const owner = await createUser({ access: [{ company: root, role: "owner" }] });
    await bodyOf(put(owner, root.id, { timezone: "America/Sao_Paulo", default_locale: "pt" }));
    const { company } = await bodyOf(post(owner, { name: "Filial", parent_company_id: root.id }), 201);
    expect(company).toMatchObject({
      parent_company_id: root.id,
      timezone: "America/Sao_Paulo",
      country: "BR",
      default_locale: "pt",
    });
    expect((await companyRow(company.id))?.lead_store).toBe(1);
    expect(await ancestorsOf(company.id)).toEqual([
      { ancestor_id: company.id, depth: 0 },
      { ancestor_id: root.id, depth: 1 },
    ]);
    expect(
      await rowsOf("SELECT company_id, access_id FROM user_accesses WHERE user_id = ? ORDER BY id", owner.id),
    ).toEqual([
      { company_id: root.id, access_id: 1 },
      { company_id: company.id, access_id: 1 },
    ]);
    const [created] = await eventsOf("company", company.id);
    expect(created?.details).toEqual({ parent_company_id: root.id });
  });

  test("what is said goes before what the parent has, and null is said too", async () => {
    const root = await createCompany({ country: "MX" });
    const owner = await createUser({ access: [{ company: root, role: "owner" }] });
    const said = { timezone: "Europe/Madrid", country: null, default_locale: "es" };
    const { company } = await bodyOf(post(owner, { name: "Sur", parent_company_id: root.id, ...said }), 201);
    expect(company).toMatchObject(said);
  });

  test("it can be made by the owner of a company further up, five levels deep and no deeper", async () => {
    const [root] = await createTree(1);
    if (!root) throw new Error("no tree");
    const owner = await createUser({ access: [{ company: root, role: "owner" }] });
    let parent = root.id;
    for (let depth = 1; depth <= 4; depth++) {
      const { company } = await bodyOf(
        post(owner, { name: `Level ${depth}`, parent_company_id: parent }),
        201,
      );
      expect(await ancestorsOf(company.id)).toHaveLength(depth + 1);
      parent = company.id;
    }
    const before = await dumpDirectory();
    const problem = await problemOf(post(owner, { name: "Too deep", parent_company_id: parent }), 422);
    expect(problem.code).toBe("too_deep");
    expect(problem.errors).toEqual([
      { pointer: "/parent_company_id", code: "too_deep", detail: expect.any(String) },
    ]);
    expect(await dumpDirectory()).toEqual(before);
  });

  test("the database itself takes no sixth level", async () => {
    const deepest = last(await createTree(5));
    const [sixth] = await rowsOf(
      "INSERT INTO companies (name, lead_store, created_at, updated_at) VALUES ('Sixth', 0, 0, 0) RETURNING id",
    );
    const below = env.DIRECTORY.prepare(
      "INSERT INTO company_ancestors SELECT ?, ancestor_id, depth + 1 FROM company_ancestors WHERE company_id = ?",
    ).bind(sixth?.id, deepest.id);
    await expect(below.run()).rejects.toThrow(/CHECK constraint failed/);
  });

  test.each(["manager", "agent", "viewer"] as const)("a %s of the parent may not", async (role) => {
    const root = await createCompany();
    const user = await createUser({ access: [{ company: root, role }] });
    const before = await dumpDirectory();
    const problem = await problemOf(post(user, { name: "Child", parent_company_id: root.id }), 403);
    expect(problem.errors).toEqual([
      { pointer: "/parent_company_id", code: "forbidden", detail: expect.stringContaining("owner") },
    ]);
    expect(await dumpDirectory()).toEqual(before);
  });

  test("a company of others and one that does not exist are the same", async () => {
    const others = await createCompany();
    const user = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    const operator = await createUser({ operator: true });
    const before = await dumpDirectory();
    const problems = [
      await problemOf(post(user, { name: "Child", parent_company_id: others.id }), 404),
      await problemOf(post(user, { name: "Child", parent_company_id: 9_007_199_254_740_991 }), 404),
      await problemOf(post(operator, { name: "Child", parent_company_id: 9_007_199_254_740_991 }), 404),
    ];
    const [first, ...rest] = problems.map(({ request_id: _, ...problem }) => problem);
    expect(first.errors[0].pointer).toBe("/parent_company_id");
    for (const problem of rest) expect(problem).toEqual(first);
    expect(await dumpDirectory()).toEqual(before);
  });

  test("an operator may, in any company", async () => {
    const root = await createCompany({ store: 1 });
    const operator = await createUser({ operator: true });
    const { company } = await bodyOf(post(operator, { name: "Child", parent_company_id: root.id }), 201);
    expect(await companyRow(company.id)).toMatchObject({ lead_store: 1, parent_company_id: root.id });
  });

  test("a caller who lost the parent meanwhile creates nothing", async () => {
    const root = await createCompany();
    await createUser({ access: [{ company: root, role: "owner" }] });
    const user = await createUser({ access: [{ company: root, role: "owner" }] });
    const actor = await loadActor(env.DIRECTORY, { userId: user.id, version: 0, session: "none" } as never);
    if (!actor) throw new Error("no actor");
    await actor.grants.lookUp([root.id]);
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(user.id).run();
    const before = await dumpDirectory();
    const origin = {
      actor: { kind: "user", userId: user.id } as const,
      ip: null,
      userAgent: null,
      requestId: "r",
      now: Date.now(),
    };
    const body = { name: "Late", parent_company_id: root.id };
    const stores = { stores: 2, maxStoreBytes: 1e9 };
    const made = create(openDirectory(env.DIRECTORY), origin, actor, body, stores, UNKEYED);
    await expect(made).rejects.toMatchObject({
      code: "forbidden",
      errors: [{ pointer: "/parent_company_id" }],
    });
    expect(await dumpDirectory()).toEqual(before);
  });
});

test("a failure at any statement makes nothing at all", async () => {
  // Every failure that is forced here is logged, as it should be.
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const root = await createCompany();
  const owner = await createUser({ access: [{ company: root, role: "owner" }] });
  const before = await dumpDirectory();
  const json = { name: "Whole", parent_company_id: root.id };
  const { failures, answer } = await failAtEveryStatement(
    "/companies",
    { method: "POST", token: owner.token, json },
    async (failed) => {
      await problemOf(failed, 500);
      expect(await dumpDirectory()).toEqual(before);
    },
  );
  const { company } = await bodyOf(answer, 201);
  logged.mockRestore();
  expect(failures).toBeGreaterThanOrEqual(9);
  expect(await ancestorsOf(company.id)).toHaveLength(2);
});

test("fifty pairs made at once get ancestors, owners and trails of their own", async () => {
  const root = await createCompany();
  for (let run = 0; run < 50; run++) {
    const users = await Promise.all(
      [0, 1].map(() => createUser({ access: [{ company: root, role: "owner" }] })),
    );
    const made = await Promise.all(
      users.map((user, index) =>
        bodyOf(post(user, { name: `Pair ${run}.${index}`, parent_company_id: root.id }), 201),
      ),
    );
    for (const [index, { company }] of made.entries()) {
      expect(company.name).toBe(`Pair ${run}.${index}`);
      expect(await ancestorsOf(company.id)).toEqual([
        { ancestor_id: company.id, depth: 0 },
        { ancestor_id: root.id, depth: 1 },
      ]);
      const owners = await rowsOf("SELECT user_id FROM user_accesses WHERE company_id = ?", company.id);
      expect(owners).toEqual([{ user_id: users[index]?.id }]);
      const events = await eventsOf("company", company.id);
      expect(events.map((one) => one.actor_id)).toEqual(owners.map((one) => one.user_id));
    }
  }
}, 60_000);

describe("changing a company", () => {
  let company: TestCompany;
  let owner: TestUser;

  beforeAll(async () => {
    company = await createCompany({ createdAt: Date.now() - 60_000 });
    owner = await createUser({ access: [{ company, role: "owner" }] });
  });

  test("changes what is named, and tells the trail what really changed", async () => {
    const before = await companyRow(company.id);
    const body = { name: "Renamed", country: "MX", timezone: "america/bogota" };
    const answer = CompanyAnswer.parse(await bodyOf(put(owner, company.id, body)));
    expect(answer.company).toMatchObject({ name: "Renamed", country: "MX", timezone: "America/Bogota" });
    const after = await companyRow(company.id);
    expect(after).toEqual({
      ...before,
      name: "Renamed",
      timezone: "America/Bogota",
      updated_at: Date.parse(answer.company.updated_at),
    });
    expect(Number(after?.updated_at)).toBeGreaterThan(Number(before?.updated_at));
    expect(await bodyOf(call(`/companies/${company.id}`, { token: owner.token }))).toEqual(answer);
    expect(await eventsOf("company", company.id)).toEqual([
      {
        action: "company.updated",
        company_id: company.id,
        actor_id: owner.id,
        details: { fields: ["name", "timezone"] },
      },
    ]);
  });

  test.each([{}, { name: "Renamed" }, { country: "mx", timezone: "AMERICA/BOGOTA" }])(
    "%j is no change",
    async (body) => {
      const before = await dumpDirectory();
      const { company: seen } = await bodyOf(put(owner, company.id, body));
      expect(await dumpDirectory()).toEqual(before);
      expect(seen).toEqual((await bodyOf(call(`/companies/${company.id}`, { token: owner.token }))).company);
    },
  );

  test("takes a country away", async () => {
    const { company: seen } = await bodyOf(put(owner, company.id, { country: null }));
    expect(seen.country).toBeNull();
    expect((await companyRow(company.id))?.country).toBeNull();
  });

  test("keeps the membership in the answer", async () => {
    const { id } = await createCompany();
    const user = await createUser({ access: [{ company: { id }, role: "owner" }] });
    const [membership] = await rowsOf(
      `INSERT INTO memberships (name, description, price_cents, currency, interval)
       VALUES (?, 'For teams', 4900, 'USD', 'month') RETURNING id`,
      crypto.randomUUID(),
    );
    await rowsOf(
      `INSERT INTO company_memberships (company_id, membership_id, status, started_at, current_period_end)
       VALUES (?, ?, 'active', 0, 1000)`,
      id,
      membership?.id,
    );
    const { company: seen } = await bodyOf(put(user, id, { name: "Paying" }));
    expect(seen.membership).toMatchObject({ id: membership?.id, status: "active" });
    expect(seen).toEqual((await bodyOf(call(`/companies/${id}`, { token: user.token }))).company);
  });

  test("by an owner of the parent, and by an operator", async () => {
    const child = await createCompany({ parent: company });
    const operator = await createUser({ operator: true });
    await bodyOf(put(owner, child.id, { name: "By the parent" }));
    await bodyOf(put(operator, child.id, { name: "By the operator" }));
    expect((await companyRow(child.id))?.name).toBe("By the operator");
    await problemOf(put(operator, 9_007_199_254_740_991, { name: "None" }), 404);
  });

  test("takes an owner of that very company", async () => {
    const child = await createCompany({ parent: company });
    const callers = {
      manager: [await createUser({ access: [{ company, role: "manager" }] }), 403],
      agent: [await createUser({ access: [{ company, role: "agent" }] }), 403],
      viewer: [await createUser({ access: [{ company, role: "viewer" }] }), 403],
      "owner of the child": [await createUser({ access: [{ company: child, role: "owner" }] }), 404],
      stranger: [await createUser({ access: [{ company: await createCompany(), role: "owner" }] }), 404],
    } as const;
    const before = await dumpDirectory();
    for (const [user, status] of Object.values(callers)) {
      await problemOf(put(user, company.id, { name: "Taken over" }), status);
    }
    await problemOf(call(`/companies/${company.id}`, { method: "PUT", json: { name: "Taken over" } }), 401);
    expect(await dumpDirectory()).toEqual(before);
  });

  test("a failure at any statement changes nothing", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const fresh = await createCompany();
    const user = await createUser({ access: [{ company: fresh, role: "owner" }] });
    const before = await dumpDirectory();
    const { failures, answer } = await failAtEveryStatement(
      `/companies/${fresh.id}`,
      { method: "PUT", token: user.token, json: { name: "After all" } },
      async (failed) => {
        await problemOf(failed, 500);
        expect(await dumpDirectory()).toEqual(before);
      },
    );
    logged.mockRestore();
    expect((await bodyOf(answer)).company.name).toBe("After all");
    expect(failures).toBeGreaterThanOrEqual(5);
  });

  test("of two that change the same at once, the trail tells of one", async () => {
    for (let run = 0; run < 50; run++) {
      const fresh = await createCompany();
      const user = await createUser({ access: [{ company: fresh, role: "owner" }] });
      const answers = await Promise.all([
        bodyOf(put(user, fresh.id, { name: "Same", country: "PE" })),
        bodyOf(put(user, fresh.id, { name: "Same", timezone: "America/Lima" })),
      ]);
      for (const { company: seen } of answers) expect(seen.name).toBe("Same");
      expect(await companyRow(fresh.id)).toMatchObject({
        name: "Same",
        country: "PE",
        timezone: "America/Lima",
      });
      const fields = (await eventsOf("company", fresh.id)).flatMap((one) => one.details.fields);
      expect(fields.sort()).toEqual(["country", "name", "timezone"]);
    }
  }, 60_000);
});

describe("what breaks a rule is refused and changes nothing", () => {
  const rules: [field: string, values: unknown[]][] = [
    ["name", ["", "   ", 7, ["A"], "a\nb", "a\u0000b", "\ud800", "x".repeat(256)]],
    [
      "timezone",
      [
        "Mars/Olympus",
        "+01:00",
        "-0600",
        "UTC+1",
        "",
        "x".repeat(65),
        5,
        null,
        "America/Mexico_City\n\u0000",
      ],
    ],
    ["country", ["Mexico", "M", "XX", "ZZ", "", "mx1", 52, ["MX"], "ẞ"]],
    ["default_locale", ["fr", "EN", "", null, 1, "en-US"]],
  ];
  const unknown = [
    "id",
    "lead_store",
    "avatar_key",
    "avatar_route",
    "cycles_enabled",
    "membership",
    "created_at",
    "operator",
  ];
  const cases = [
    ...rules.flatMap(([field, values]) => values.map((value) => [field, value] as const)),
    ...unknown.map((field) => [field, 1] as const),
  ];
  let company: TestCompany;
  let owner: TestUser;
  let posting: TestUser[];

  beforeAll(async () => {
    company = await createCompany();
    owner = await createUser({ access: [{ company, role: "owner" }] });
    // Each may ask thirty times a minute.
    posting = await Promise.all([0, 1, 2].map(() => createUser()));
  });

  test.each(cases.map((one, index) => [...one, index] as const))("%s: %j", async (field, value, index) => {
    const before = await dumpDirectory();
    const user = posting[index % posting.length] ?? owner;
    for (const asked of [
      post(user, { name: "Good", [field]: value }),
      put(owner, company.id, { name: "Good", [field]: value }),
    ]) {
      const problem = await problemOf(asked, 422);
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: `/${field}` })]);
    }
    expect(await dumpDirectory()).toEqual(before);
  });

  test("a company without a name, and a parent that is no id", async () => {
    const user = await createUser();
    const before = await dumpDirectory();
    expect((await problemOf(post(user, {}), 422)).errors[0].pointer).toBe("/name");
    for (const parent of ["1", 0, -1, 1.5, null, true, {}]) {
      const problem = await problemOf(post(user, { name: "Good", parent_company_id: parent }), 422);
      expect(problem.errors[0].pointer).toBe("/parent_company_id");
    }
    const moved = await problemOf(put(owner, company.id, { parent_company_id: 1 }), 422);
    expect(moved.errors[0]).toMatchObject({ pointer: "/parent_company_id", code: "unknown_field" });
    expect(await dumpDirectory()).toEqual(before);
  });

  test.each([
    "Asia/Kolkata",
    "Asia/Calcutta",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+5",
    "UTC",
    "EST5EDT",
  ])("the time zone %s stays as it is written", async (timezone) => {
    expect((await bodyOf(put(owner, company.id, { timezone }))).company.timezone).toBe(timezone);
  });
});

describe("reading companies", () => {
  test("answers 304 while nothing has changed", async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const first = await call(`/companies/${company.id}`, { token: owner.token });
    const headers = { "If-None-Match": first.headers.get("ETag") ?? "" };
    const again = await call(`/companies/${company.id}`, { token: owner.token, headers });
    expect(again.status).toBe(304);
    await bodyOf(put(owner, company.id, { name: "Other" }));
    expect((await call(`/companies/${company.id}`, { token: owner.token, headers })).status).toBe(200);
  });

  test("lists by id, part of a name, parent and time of creation", async () => {
    const word = crypto.randomUUID().slice(0, 8);
    const root = await createCompany({ name: `${word} Root`, createdAt: Date.parse("2026-01-01T00:00:00Z") });
    const child = await createCompany({
      name: `Child ${word}`,
      parent: root,
      createdAt: Date.parse("2026-01-02T00:00:00Z"),
    });
    const others = await createCompany({ name: `${word} Others` });
    const { token } = await createUser({ access: [{ company: root, role: "viewer" }] });
    const matching = async (query: string) =>
      (await bodyOf(call(`/companies?${query}`, { token }))).companies.map((one: { id: number }) => one.id);
    expect(await matching("page&limit&id_eq=&name_cont=")).toEqual([root.id, child.id]);
    expect(await matching(`id_eq=${child.id}`)).toEqual([child.id]);
    expect(await matching(`id_eq=${others.id}`)).toEqual([]);
    expect(await matching(`name_cont=${word.toUpperCase()}&sort=-id`)).toEqual([child.id, root.id]);
    expect(await matching(`parent_company_id_eq=${root.id}`)).toEqual([child.id]);
    expect(await matching("created_at_gt=2026-01-01T00:00:00Z")).toEqual([child.id]);
    expect(await matching("created_at_gteq=2026-01-01&created_at_lt=2026-01-02")).toEqual([root.id]);
    expect(await matching("created_at_lteq=2026-01-01")).toEqual([root.id]);
  });
});
