import { env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { loadActor } from "../../src/auth/actor.ts";
import { createCompany as create } from "../../src/companies/create-company.ts";
import { CompanyAnswer } from "../../src/companies/schemas.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { UNKEYED } from "../../src/http/idempotency/creation.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";
import { companyRow, post, put } from "./company-calls.ts";

const ancestorsOf = (id: number) =>
  rowsOf("SELECT ancestor_id, depth FROM company_ancestors WHERE company_id = ? ORDER BY depth", id);

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
});
