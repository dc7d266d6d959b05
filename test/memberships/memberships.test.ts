import { env } from "cloudflare:test";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { memberships } from "../../src/db/directory/schema.ts";
import { openScheduledRun } from "../../src/jobs/scheduled-run.ts";
import { nextPeriodEnd, periodEnd } from "../../src/memberships/period.ts";
import { renewMemberships } from "../../src/memberships/renew-memberships.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

let company: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  const plan = { description: "", currency: "USD", interval: "month" as const };
  await openDirectory(env.DIRECTORY)
    .insert(memberships)
    .values([
      { ...plan, id: 1, name: "Free", priceCents: 0, maxUsers: 2, maxLeads: 1000, maxImportsPerMonth: 5 },
      { ...plan, id: 2, name: "Team", priceCents: 4900, interval: "year" },
      { ...plan, id: 3, name: "Old", priceCents: 100, active: false },
    ]);
});

beforeEach(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

const attach = (id: unknown, at = company) =>
  call(`/companies/${at.id}/membership`, { token: owner.token, method: "POST", json: { membership_id: id } });
const cancel = (json: unknown = {}) =>
  call(`/companies/${company.id}/membership/cancel`, { token: owner.token, method: "POST", json });
const rows = async <T>(sql: string) => (await env.DIRECTORY.prepare(sql).bind(company.id).all<T>()).results;
const history = () =>
  rows<{ status: string; membership_id: number; canceled_at: number | null; current_period_end: number }>(
    "SELECT * FROM company_memberships WHERE company_id = ? ORDER BY id",
  );
const billed = async () =>
  (
    await rows<{ kind: string; amount_cents: number }>(
      "SELECT kind, amount_cents FROM billing_events WHERE company_id = ? ORDER BY id",
    )
  ).map(({ kind, amount_cents }) => `${kind} ${amount_cents}`);

test("the catalogue shows limits, the cheapest first", async () => {
  const { memberships: all, meta } = await bodyOf(call("/memberships", { token: owner.token }));
  expect(all.map((one: { name: string }) => one.name)).toEqual(["Free", "Old", "Team"]);
  expect(all[0]).toEqual({
    id: 1,
    name: "Free",
    description: "",
    price_cents: 0,
    currency: "USD",
    interval: "month",
    limits: { users: 2, leads: 1000, imports_per_month: 5 },
    active: true,
  });
  expect(meta.total_records).toBe(3);
  const { membership } = await bodyOf(call("/memberships/2", { token: owner.token }));
  expect(membership.limits).toEqual({ users: null, leads: null, imports_per_month: null });
  await problemOf(call("/memberships/99", { token: owner.token }), 404);
});

describe("taking a membership", () => {
  test("shows it with the company, and tells billing and the trail", async () => {
    const { company_membership: taken } = await bodyOf(attach(2), 201);
    expect(taken).toMatchObject({
      company_id: company.id,
      status: "active",
      canceled_at: null,
      membership: { id: 2 },
    });
    expect(Date.parse(taken.current_period_end)).toBe(periodEnd(Date.parse(taken.started_at), "year", 1));
    const shown = await bodyOf(call(`/companies/${company.id}`, { token: owner.token }));
    expect(shown.company.membership).toMatchObject({ id: 2, name: "Team", status: "active" });
    expect(await billed()).toEqual(["attached 4900"]);
    expect(await rows("SELECT action, actor_id FROM audit_events WHERE company_id = ?")).toEqual([
      { action: "membership.attached", actor_id: owner.id },
    ]);
  });

  test("by the query, as the original does", async () => {
    const path = `/companies/${company.id}/membership?membership_id=1`;
    const asked = { token: owner.token, method: "POST" };
    expect((await bodyOf(call(path, asked), 201)).company_membership.membership.id).toBe(1);
  });

  test("replaces the present one, which stays in the history", async () => {
    await bodyOf(attach(1), 201);
    await bodyOf(attach(2), 201);
    expect(await history()).toMatchObject([
      { membership_id: 1, status: "canceled", canceled_at: expect.any(Number) },
      { membership_id: 2, status: "active", canceled_at: null },
    ]);
  });

  test.each([
    ["there is not", 99, 404],
    ["is no longer offered", 3, 422],
    ["is no id", "x", 422],
    ["is not named", undefined, 422],
  ])("that %s is refused", async (_, id, status) => {
    const problem = await problemOf(attach(id), status);
    expect(problem.errors[0].pointer).toBe("/membership_id");
    expect(await history()).toEqual([]);
  });

  test("that the body and the query name differently is refused, and both are named", async () => {
    const ask = (id: number) =>
      call(`/companies/${company.id}/membership?membership_id=1`, {
        token: owner.token,
        method: "POST",
        json: { membership_id: id },
      });
    expect((await problemOf(ask(2), 422)).errors).toEqual([
      {
        pointer: "/membership_id",
        code: "contradiction",
        detail: "is 2 in the body and 1 in the query: send one of them, or the same in both",
      },
    ]);
    expect(await history()).toEqual([]);
    expect((await bodyOf(ask(1), 201)).company_membership.membership.id).toBe(1);
  });

  test("takes an owner", async () => {
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const asked = { token: manager.token, method: "POST", json: { membership_id: 1 } };
    await problemOf(call(`/companies/${company.id}/membership`, asked), 403);
  });
});

describe("canceling", () => {
  test("counts at the end of the period; once more changes nothing", async () => {
    const { company_membership: taken } = await bodyOf(attach(2), 201);
    const { company_membership: left } = await bodyOf(cancel());
    expect(left).toMatchObject({ status: "canceling", current_period_end: taken.current_period_end });
    expect((await bodyOf(cancel())).company_membership).toEqual(left);
    expect(await billed()).toEqual(["attached 4900", "canceling 0"]);
  });

  test("counts at once, if asked so", async () => {
    await bodyOf(attach(2), 201);
    await bodyOf(cancel());
    const { company_membership: left } = await bodyOf(cancel({ immediately: true }));
    expect(left.status).toBe("canceled");
    const { company: shown } = await bodyOf(call(`/companies/${company.id}`, { token: owner.token }));
    expect(shown.membership).toBeNull();
  });

  test("nothing is a conflict", async () => {
    expect((await problemOf(cancel(), 409)).code).toBe("no_membership");
  });
});

describe("at the end of a period", () => {
  const due = async () => {
    const [row] = await history();
    return row?.current_period_end ?? 0;
  };

  test("an active one is renewed, once for two ticks at the same time", async () => {
    await bodyOf(attach(2), 201);
    const end = await due();
    await renewMemberships(openScheduledRun(env, end - 1));
    expect(await due()).toBe(end);
    await Promise.all([
      renewMemberships(openScheduledRun(env, end)),
      renewMemberships(openScheduledRun(env, end)),
    ]);
    expect(await due()).toBeGreaterThan(end);
    expect(await billed()).toEqual(["attached 4900", "renewed 4900"]);
  });

  test("one that was missed for long is renewed to the period of now", async () => {
    await bodyOf(attach(1), 201);
    const end = await due();
    const later = end + 100 * 24 * 60 * 60 * 1000;
    await renewMemberships(openScheduledRun(env, later));
    expect(await due()).toBeGreaterThan(later);
  });

  test("a canceled one ends", async () => {
    await bodyOf(attach(2), 201);
    await bodyOf(cancel());
    await renewMemberships(openScheduledRun(env, await due()));
    expect(await history()).toMatchObject([{ status: "canceled" }]);
    expect(await billed()).toEqual(["attached 4900", "canceling 0", "canceled 0"]);
  });
});

test("taken and canceled at once: never two at a time, 50 times", async () => {
  for (let run = 0; run < 50; run++) {
    const answers = await Promise.all([attach(1), attach(2), cancel({ immediately: true })]);
    expect(answers.slice(0, 2).map(({ status }) => status)).toEqual([201, 201]);
    expect([200, 409]).toContain(answers[2]?.status);
    const open = (await history()).filter(({ status }) => status !== "canceled");
    expect(open.length).toBeLessThanOrEqual(1);
  }
});

test.each([
  ["2026-01-31T10:00:00Z", "month", 1, "2026-02-28T10:00:00.000Z"],
  ["2026-01-31T10:00:00Z", "month", 2, "2026-03-31T10:00:00.000Z"],
  ["2026-11-30T10:00:00Z", "month", 3, "2027-02-28T10:00:00.000Z"],
  ["2028-02-29T10:00:00Z", "year", 1, "2029-02-28T10:00:00.000Z"],
  ["2028-02-29T10:00:00Z", "year", 4, "2032-02-29T10:00:00.000Z"],
] as const)("a period from %s of %s × %i ends at %s", (start, interval, periods, end) => {
  expect(new Date(periodEnd(Date.parse(start), interval, periods)).toISOString()).toBe(end);
});

test("the next end is the first one after now", () => {
  const start = Date.parse("2026-01-31T00:00:00Z");
  const now = Date.parse("2026-02-28T00:00:00Z");
  expect(new Date(nextPeriodEnd(start, "month", now)).toISOString()).toBe("2026-03-31T00:00:00.000Z");
});
