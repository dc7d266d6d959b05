import { beforeAll, describe, expect, test, vi } from "vitest";
import { CompanyAnswer } from "../../src/companies/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";
import { companyRow, post, put } from "./company-calls.ts";

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
  });
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
