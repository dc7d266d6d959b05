import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { addToDate, firstDayOf, monthAt, startOfDay } from "../../src/cycles/zoned-time.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;
let viewer: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  await env.DIRECTORY.prepare("UPDATE companies SET timezone = 'America/Mexico_City' WHERE id = ?")
    .bind(company.id)
    .run();
});

const path = () => `/companies/${company.id}/cycles`;
const switchTo = (cycles_enabled: boolean) =>
  call(path(), { token: manager.token, method: "PUT", json: { cycles_enabled } });
const create = (json: unknown) => call(path(), { token: manager.token, method: "POST", json });
const quarter = { name: "Q1", starts_at: "2026-01-01", ends_at: "2026-03-31" };
const listed = async () => (await bodyOf(call(path(), { token: viewer.token }))).cycles;

test("cycles are turned on and off, and the trail tells", async () => {
  expect((await bodyOf(switchTo(true))).company).toMatchObject({ id: company.id, cycles_enabled: true });
  expect((await bodyOf(switchTo(false))).company.cycles_enabled).toBe(false);
  const { results } = await env.DIRECTORY.prepare(
    "SELECT action, actor_id FROM audit_events WHERE company_id = ? ORDER BY id",
  )
    .bind(company.id)
    .all();
  expect(results).toEqual(Array(2).fill({ action: "company.updated", actor_id: manager.id }));
});

describe("a cycle", () => {
  test("is not created while they are off", async () => {
    expect((await problemOf(create(quarter), 409)).code).toBe("cycles_disabled");
    expect(await listed()).toEqual([]);
  });

  test("has whole days of the company's time zone, the last one included", async () => {
    await switchTo(true);
    const { cycle } = await bodyOf(create({ ...quarter, lead_goal: 8 }), 201);
    expect(cycle).toMatchObject({
      name: "Q1",
      starts_at: "2026-01-01T06:00:00.000Z",
      ends_at: "2026-04-01T06:00:00.000Z",
      state: "past",
      lead_goal: 8,
      leads_count: 0,
      goal_rate: 0,
    });
    const exact = { name: "Q2", starts_at: "2026-04-01T06:00:00.000Z", ends_at: "2026-05-01T00:00:00+02:00" };
    expect((await bodyOf(create(exact), 201)).cycle.ends_at).toBe("2026-04-30T22:00:00.000Z");
  });

  test.each([
    ["ends before it starts", { ...quarter, ends_at: "2025-12-30" }, "/ends_at"],
    [
      "ends when it starts",
      { name: "x", starts_at: "2026-01-01T00:00:00Z", ends_at: "2026-01-01T00:00:00Z" },
      "/ends_at",
    ],
    ["starts on no day", { ...quarter, starts_at: "2026-02-30" }, "/starts_at"],
    ["has no name", { ...quarter, name: "" }, "/name"],
    ["has a goal of nothing", { ...quarter, lead_goal: 0 }, "/lead_goal"],
  ])("that %s is refused", async (_, json, pointer) => {
    await switchTo(true);
    expect((await problemOf(create(json), 422)).errors[0].pointer).toBe(pointer);
    expect(await listed()).toEqual([]);
  });

  test("counts the leads that arrived in it, against its goal", async () => {
    await switchTo(true);
    await bodyOf(create({ ...quarter, lead_goal: 3 }), 201);
    const [start, end] = [Date.parse("2026-01-01T06:00:00Z"), Date.parse("2026-04-01T06:00:00Z")];
    for (const createdAt of [start - 1, start, end - 1, end]) await createLead(company, { createdAt });
    expect(await listed()).toMatchObject([{ leads_count: 2, goal_rate: 66.67 }]);
  });

  test("that is current is shown with the company, in its own view and in lists", async () => {
    await switchTo(true);
    const year = new Date().getUTCFullYear();
    const { cycle } = await bodyOf(
      create({ name: "Now", starts_at: `${year - 1}-01-01`, ends_at: `${year + 1}-12-31` }),
      201,
    );
    const { id, name, starts_at, ends_at } = cycle;
    const current_cycle = { id, name, starts_at, ends_at };
    const { token } = viewer;
    expect((await bodyOf(call(`/companies/${company.id}`, { token }))).company).toMatchObject({
      current_cycle,
    });
    expect((await bodyOf(call("/companies", { token }))).companies).toMatchObject([{ current_cycle }]);
    await switchTo(false);
    expect((await bodyOf(call(`/companies/${company.id}`, { token }))).company.current_cycle).toBeNull();
  });
});

describe("two cycles", () => {
  test.each([
    ["the same", "2026-01-01", "2026-03-31"],
    ["one that begins within", "2026-03-31", "2026-06-30"],
    ["one that ends within", "2025-10-01", "2026-01-01"],
    ["one that holds it", "2025-01-01", "2026-12-31"],
  ])("never overlap: %s", async (_, starts_at, ends_at) => {
    await switchTo(true);
    await bodyOf(create(quarter), 201);
    const problem = await problemOf(create({ name: "Other", starts_at, ends_at }), 409);
    expect(problem.code).toBe("cycle_overlaps");
    expect(await listed()).toHaveLength(1);
  });

  test("may follow one another, and be those of two companies", async () => {
    await switchTo(true);
    await bodyOf(create(quarter), 201);
    await bodyOf(create({ name: "Q2", starts_at: "2026-04-01", ends_at: "2026-06-30" }), 201);
    const child = await createCompany({ parent: company });
    await env.DIRECTORY.prepare("UPDATE companies SET cycles_enabled = 1 WHERE id = ?").bind(child.id).run();
    const asked = { token: manager.token, method: "POST", json: quarter };
    await bodyOf(call(`/companies/${child.id}/cycles`, asked), 201);
    expect(await listed()).toHaveLength(2);
  });

  test("created at once for the same time: exactly one, 50 times", async () => {
    await switchTo(true);
    for (let run = 0; run < 50; run++) {
      const month = { name: `Run ${run}`, starts_at: `${2000 + run}-01-01`, ends_at: `${2000 + run}-12-31` };
      const half = { ...month, starts_at: `${2000 + run}-06-01` };
      // A manager may create thirty a minute, so each run has its own.
      const [one, two] = await Promise.all(
        [0, 1].map(() => createUser({ access: [{ company, role: "manager" }] })),
      );
      const answers = await Promise.all([
        call(path(), { token: one?.token ?? "", method: "POST", json: month }),
        call(path(), { token: two?.token ?? "", method: "POST", json: half }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
    expect((await bodyOf(call(`${path()}?limit=100`, { token: viewer.token }))).meta.total_records).toBe(50);
  });
});

test.each([
  ["2026-03-01", "America/Mexico_City", "2026-03-01T06:00:00.000Z"],
  ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"],
  ["2026-10-26", "Europe/Berlin", "2026-10-25T23:00:00.000Z"],
  // Midnight does not come on these days.
  ["2026-03-08", "America/Havana", "2026-03-08T05:00:00.000Z"],
  ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
  // And on this one it comes twice.
  ["2021-10-29", "Asia/Gaza", "2021-10-28T21:00:00.000Z"],
  // A short name, which ICU knows and the database of time zones does not.
  ["2026-03-01", "CST", "2026-03-01T06:00:00.000Z"],
  ["2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15:00.000Z"],
])("%s begins in %s at %s", (day, zone, instant) => {
  expect(new Date(startOfDay(day, zone)).toISOString()).toBe(instant);
});

test("days, weeks and months are counted by the calendar", () => {
  expect(addToDate("2026-12-31", 1, "day")).toBe("2027-01-01");
  expect(addToDate("2028-02-28", 1, "day")).toBe("2028-02-29");
  expect(addToDate("2026-03-01", -29, "day")).toBe("2026-01-31");
  expect(addToDate("2026-12-28", 1, "week")).toBe("2027-01-04");
  expect(addToDate("2026-12-01", 1, "month")).toBe("2027-01-01");
  expect(["2026-03-01", "2026-03-02", "2026-03-08"].map((date) => firstDayOf(date, "week"))).toEqual([
    "2026-02-23",
    "2026-03-02",
    "2026-03-02",
  ]);
  expect(firstDayOf("2028-02-29", "month")).toBe("2028-02-01");
});

test.each([
  ["2026-01-31T23:30:00Z", "America/Mexico_City", "2026-01-01T06:00:00.000Z", "2026-02-01T06:00:00.000Z"],
  ["2026-12-31T23:30:00Z", "Europe/Berlin", "2026-12-31T23:00:00.000Z", "2027-01-31T23:00:00.000Z"],
  ["2026-03-15T00:00:00Z", "Europe/Berlin", "2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z"],
])("at %s the month in %s is from %s to %s", (at, zone, since, until) => {
  const month = monthAt(Date.parse(at), zone);
  expect([month.since, month.until].map((time) => new Date(time).toISOString())).toEqual([since, until]);
});
