import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { listAuditEvents, listPersonalEvents } from "../../src/audit/queries.ts";
import { type AuditEvent, audit } from "../../src/audit/record.ts";
import { AuditEventsAnswer, auditQuery } from "../../src/audit/schemas.ts";
import type { UserActor } from "../../src/auth/actor.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

const directory = openDirectory(env.DIRECTORY);
const T0 = Date.parse("2026-02-17T21:54:09.000Z");
const DAY = 24 * 60 * 60 * 1000;

let parent: TestCompany;
let company: TestCompany;
let child: TestCompany;
let other: TestCompany;
let owner: TestUser;
let parentOwner: TestUser;
let agent: TestUser;
let childOwner: TestUser;
let stranger: TestUser;
let operator: TestUser;

/** Tells the trail of something. @returns the event's id. */
async function tell(
  actor: { id: number } | null,
  action: AuditEvent["action"],
  companyId: number | null,
  objectId: number,
  { at = Date.now(), details = {} as Record<string, unknown> } = {},
): Promise<number> {
  const origin = {
    actor: actor ? ({ kind: "user", userId: actor.id } as const) : null,
    ip: "203.0.113.9",
    userAgent: "Browser/1",
    requestId: "r-1",
    now: at,
  };
  const { meta } = await audit(directory, origin, { action, companyId, objectId, details }).run();
  return meta.last_row_id;
}

async function trailOf({ id }: { id: number }, { token }: { token: string }, query = "") {
  const answer = await bodyOf(call(`/companies/${id}/audit_events${query}`, { token }));
  return AuditEventsAnswer.parse(answer);
}

async function idsOf(...asked: Parameters<typeof trailOf>) {
  return (await trailOf(...asked)).audit_events.map(({ id }) => id);
}

beforeAll(async () => {
  parent = await createCompany();
  company = await createCompany({ parent });
  child = await createCompany({ parent: company });
  other = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }], firstName: "Olivia", lastName: "Own" });
  parentOwner = await createUser({
    access: [{ company: parent, role: "owner" }],
    firstName: "Paula",
    lastName: "Par",
  });
  agent = await createUser({
    access: [
      { company, role: "agent" },
      { company: other, role: "owner" },
    ],
  });
  childOwner = await createUser({ access: [{ company: child, role: "owner" }] });
  stranger = await createUser({ access: [{ company: other, role: "owner" }] });
  operator = await createUser({ operator: true, firstName: "Oskar", lastName: "Operator" });
});

test("an event shows who did what to what, when and from where", async () => {
  const fresh = await createCompany();
  const boss = await createUser({
    access: [{ company: fresh, role: "owner" }],
    firstName: "Ada",
    lastName: "B",
  });
  const id = await tell(boss, "user_access.granted", fresh.id, 12, {
    at: T0,
    details: { user_id: 7, access_id: 3, primary: true, company_ids: [1, 2], fields: ["first_name"] },
  });
  expect(await trailOf(fresh, boss)).toEqual({
    audit_events: [
      {
        id,
        action: "user_access.granted",
        actor: { id: boss.id, full_name: "Ada B" },
        object: { type: "user_access", id: 12 },
        company_id: fresh.id,
        details: { user_id: 7, access_id: 3, primary: true, company_ids: [1, 2], fields: ["first_name"] },
        ip: "203.0.113.9",
        user_agent: "Browser/1",
        request_id: "r-1",
        created_at: "2026-02-17T21:54:09.000Z",
      },
    ],
    meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
  });
});

describe("a company's trail", () => {
  test("is what was done in its name and what its people did to themselves, and nothing else", async () => {
    const seen = [
      await tell(owner, "company.updated", company.id, company.id),
      await tell(parentOwner, "user_access.granted", company.id, 50),
      await tell(owner, "user.password_changed", null, owner.id),
      await tell(owner, "session.opened", null, 77),
      await tell(null, "user.sign_in_failed", null, owner.id),
      await tell(null, "invitation.accepted", company.id, 3),
    ];
    const others = await Promise.all([
      // In another company, above, below and elsewhere, by people of this one too.
      tell(agent, "company.updated", other.id, other.id),
      tell(agent, "user.updated", other.id, agent.id),
      tell(parentOwner, "company.updated", parent.id, parent.id),
      tell(childOwner, "company.updated", child.id, child.id),
      // By people to themselves who are nobody here, if not above or below.
      tell(parentOwner, "user.password_changed", null, parentOwner.id),
      tell(childOwner, "user.password_changed", null, childOwner.id),
      tell(stranger, "user.password_changed", null, stranger.id),
      // By people of this one to themselves who belong to another one too, which is not the owner's to manage.
      tell(agent, "user.password_changed", null, agent.id),
      tell(agent, "session.opened", null, 78),
      tell(null, "user.sign_in_failed", null, agent.id),
      // By operators to people, by callers who were not signed in, and to nobody.
      tell(operator, "user.disabled", null, agent.id),
      tell(null, "user.password_reset", null, agent.id),
      tell(operator, "legal_term.published", null, agent.id),
    ]);
    const ids = await idsOf(company, owner);
    expect(ids).toEqual(seen.toReversed());
    expect(ids).not.toEqual(expect.arrayContaining(others));
    expect(await idsOf(company, parentOwner)).toEqual(ids);
    expect(await idsOf(company, operator)).toEqual(expect.arrayContaining(ids));
    expect((await trailOf(company, owner)).meta.total_records).toBe(seen.length);
  });

  test("begins with the day on which somebody became one of its people", async () => {
    const fresh = await createCompany();
    const boss = await createUser({ access: [{ company: fresh, role: "owner" }] });
    const newcomer = await createUser();
    const access =
      "INSERT INTO user_accesses (user_id, company_id, access_id, created_at) VALUES (?, ?, 4, ?)";
    await env.DIRECTORY.prepare(access).bind(newcomer.id, fresh.id, T0).run();
    await tell(newcomer, "session.opened", null, 1, { at: T0 - 1 });
    const since = await tell(newcomer, "session.opened", null, 2, { at: T0 });
    expect(await idsOf(fresh, boss)).toEqual([since]);

    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ? AND company_id = ?")
      .bind(newcomer.id, fresh.id)
      .run();
    expect(await idsOf(fresh, boss)).toEqual([]);
  });

  test("hides operators who are nobody in the company: their names, addresses and ids", async () => {
    const fresh = await createCompany({ parent });
    const boss = await createUser({ access: [{ company: fresh, role: "owner" }] });
    const insider = await createUser({
      operator: true,
      access: [{ company: parent, role: "viewer" }],
      firstName: "Ines",
      lastName: "Inside",
    });
    const outside = await tell(operator, "company.updated", fresh.id, fresh.id);
    const inside = await tell(insider, "company.updated", fresh.id, fresh.id);
    const nobody = await tell(null, "invitation.accepted", fresh.id, 3);
    const { audit_events: events } = await trailOf(fresh, boss);
    expect(events).toMatchObject([
      { id: nobody, actor: null, ip: "203.0.113.9", user_agent: "Browser/1", request_id: "r-1" },
      { id: inside, actor: { id: insider.id, full_name: "Ines Inside" }, ip: "203.0.113.9" },
      { id: outside, actor: null, ip: null, user_agent: null, request_id: "r-1" },
    ]);
    expect(await idsOf(fresh, boss, `?actor_id_eq=${operator.id}`)).toEqual([]);
    expect(await idsOf(fresh, boss, `?actor_id_eq=${insider.id}`)).toEqual([inside]);
    expect((await trailOf(fresh, operator)).audit_events[2]).toMatchObject({
      actor: { id: operator.id, full_name: "Oskar Operator" },
      ip: "203.0.113.9",
      user_agent: "Browser/1",
    });
    expect(await idsOf(fresh, operator, `?actor_id_eq=${operator.id}`)).toEqual([outside]);
  });

  test("still names who has left", async () => {
    const fresh = await createCompany();
    const boss = await createUser({ access: [{ company: fresh, role: "owner" }] });
    const gone = await createUser({ access: [{ company: fresh, role: "manager" }], firstName: "Gus" });
    const deed = await tell(gone, "user_access.removed", fresh.id, 9);
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(gone.id).run();
    const { audit_events: events } = await trailOf(fresh, boss);
    expect(events).toMatchObject([{ id: deed, actor: { id: gone.id } }]);
    expect(await idsOf(fresh, boss, `?actor_id_eq=${gone.id}`)).toEqual([deed]);
  });
});

describe("a list", () => {
  let fresh: TestCompany;
  let boss: TestUser;
  let helper: TestUser;
  const ids: number[] = [];

  beforeAll(async () => {
    fresh = await createCompany();
    boss = await createUser({ access: [{ company: fresh, role: "owner" }] });
    helper = await createUser({ access: [{ company: fresh, role: "manager" }] });
    for (const [actor, action, objectId, day] of [
      [boss, "company.updated", fresh.id, 0],
      [boss, "user_access.granted", 5, 3],
      [helper, "user_access.removed", 5, 2],
      [helper, "invitation.created", 5, 2],
      [boss, "user_access.granted", 6, 1],
    ] as const) {
      ids.push(await tell(actor, action, fresh.id, objectId, { at: T0 + day * DAY }));
    }
  });

  const picked = (...places: number[]) => places.map((place) => ids[place]);
  const iso = (day: number) => encodeURIComponent(new Date(T0 + day * DAY).toISOString());

  test.each([
    ["", () => picked(4, 3, 2, 1, 0)],
    ["?sort=id", () => picked(0, 1, 2, 3, 4)],
    ["?sort=created_at", () => picked(0, 4, 2, 3, 1)],
    ["?sort=-created_at", () => picked(1, 3, 2, 4, 0)],
    ["?action_eq=user_access.granted", () => picked(4, 1)],
    ["?action_in=user_access.granted,invitation.created", () => picked(4, 3, 1)],
    ["?object_type_eq=user_access", () => picked(4, 2, 1)],
    ["?object_id_eq=5", () => picked(3, 2, 1)],
    ["?object_type_eq=user_access&object_id_eq=5", () => picked(2, 1)],
    ["?action_eq=user.disabled", () => []],
    ["?action_eq=&object_type_eq=", () => picked(4, 3, 2, 1, 0)],
    [`?created_at_gt=${iso(2)}`, () => picked(1)],
    [`?created_at_gteq=${iso(2)}`, () => picked(3, 2, 1)],
    [`?created_at_lt=${iso(2)}`, () => picked(4, 0)],
    [`?created_at_lteq=${iso(2)}&object_id_eq=5`, () => picked(3, 2)],
  ])("%s", async (query, expected) => {
    expect(await idsOf(fresh, boss, query)).toEqual(expected());
  });

  test("by actor", async () => {
    expect(await idsOf(fresh, boss, `?actor_id_eq=${helper.id}`)).toEqual(picked(3, 2));
    expect(await idsOf(fresh, boss, `?actor_id_eq=${boss.id}&action_eq=company.updated`)).toEqual(picked(0));
    expect(await idsOf(fresh, boss, `?actor_id_eq=${stranger.id}`)).toEqual([]);
  });

  test("comes in pages", async () => {
    const answer = await call(`/companies/${fresh.id}/audit_events?limit=2&page=2`, { token: boss.token });
    expect(answer.headers.get("Link")).toContain('page=3>; rel="next"');
    const body = AuditEventsAnswer.parse(await bodyOf(answer));
    expect(body.audit_events.map(({ id }) => id)).toEqual(picked(2, 1));
    expect(body.meta).toEqual({
      current_page: 2,
      next_page: 3,
      prev_page: 1,
      total_pages: 3,
      total_records: 5,
    });
  });

  test.each([
    ["actor_eq=1", "/actor_eq"],
    ["sort=action", "/sort"],
    ["company_id_eq=1", "/company_id_eq"],
    ["action_eq=user.renamed", "/action_eq"],
    ["action_in=user.created,x", "/action_in"],
    ["object_type_eq=lead", "/object_type_eq"],
    ["created_at_gt=yesterday", "/created_at_gt"],
  ])("cannot be asked for %s", async (query, pointer) => {
    const asked = call(`/companies/${fresh.id}/audit_events?${query}`, { token: boss.token });
    const problem = await problemOf(asked, 400);
    expect(problem.errors[0].pointer).toContain(pointer);
  });
});

test("nobody but owners and operators reads it", async () => {
  const manager = await createUser({ access: [{ company, role: "manager" }] });
  for (const [caller, status] of [
    [manager, 403],
    [agent, 403],
    [childOwner, 404],
    [stranger, 404],
  ] as const) {
    await problemOf(call(`/companies/${company.id}/audit_events`, { token: caller.token }), status);
  }
  await problemOf(call(`/companies/${company.id}/audit_events`), 401);
  await problemOf(call("/companies/999999/audit_events", { token: operator.token }), 404);
});

test("an event can be neither changed nor deleted", async () => {
  const id = await tell(owner, "company.updated", company.id, company.id);
  for (const sql of [
    "UPDATE audit_events SET actor_id = NULL WHERE id = ?",
    "DELETE FROM audit_events WHERE id = ?",
  ]) {
    await expect(env.DIRECTORY.prepare(sql).bind(id).run()).rejects.toThrow("append_only");
  }
  expect(await idsOf(company, owner)).toContain(id);
});

test("a page costs what the company's own trail costs, whatever others have in theirs", async () => {
  const asked: { sql: string; values: unknown[] }[] = [];
  const watched = openDirectory({
    batch: (statements: D1PreparedStatement[]) => env.DIRECTORY.batch(statements),
    prepare: (sql: string) => ({
      bind(...values: unknown[]) {
        asked.push({ sql, values });
        return env.DIRECTORY.prepare(sql).bind(...values);
      },
    }),
  } as unknown as D1Database);
  const day = new Date(T0).toISOString();
  for (const query of [
    {},
    { sort: "created_at" },
    { actor_id_eq: String(owner.id) },
    { action_in: "company.updated,session.opened" },
    { object_type_eq: "user", object_id_eq: "1", created_at_gt: day },
  ]) {
    const request = auditQuery.read(auditQuery.schema.parse(query));
    for (const operator of [false, true]) {
      const actor = { userId: owner.id, operator } as UserActor;
      await listAuditEvents(watched, actor, company.id, request);
      await listPersonalEvents(watched, actor, owner.id, request);
    }
  }
  expect(asked).toHaveLength(40);
  const steps = new Set<string>();
  for (const { sql, values } of asked) {
    const plan = await env.DIRECTORY.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>();
    for (const { detail } of plan.results) steps.add(detail);
  }
  expect([...steps].filter((step) => /^SCAN (audit_events|by_person|tried)/.test(step))).toEqual([]);
  expect([...steps]).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^SEARCH audit_events USING COVERING INDEX audit_events_company/),
      expect.stringMatching(/^SEARCH by_person USING INDEX audit_events_own/),
      expect.stringMatching(/^SEARCH audit_events USING (INTEGER PRIMARY KEY|INDEX audit_events_object)/),
    ]),
  );
});
