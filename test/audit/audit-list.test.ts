import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { listAuditEvents, listPersonalEvents } from "../../src/audit/queries.ts";
import { AuditEventsAnswer, auditQuery } from "../../src/audit/schemas.ts";
import type { UserActor } from "../../src/auth/actor.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { company, idsOf, owner, prepareTrails, stranger, T0, tell } from "./trails.ts";

prepareTrails();

const DAY = 24 * 60 * 60 * 1000;

describe("a list", () => {
  let fresh: TestCompany;
  let boss: TestUser;
  let helper: TestUser;
  const ids: number[] = [];
  /** The id of an object that no company of a small run has. */
  const OTHER = 987_654;

  beforeAll(async () => {
    fresh = await createCompany();
    boss = await createUser({ access: [{ company: fresh, role: "owner" }] });
    helper = await createUser({ access: [{ company: fresh, role: "manager" }] });
    for (const [actor, action, objectId, day] of [
      [boss, "company.updated", fresh.id, 0],
      [boss, "user_access.granted", OTHER, 3],
      [helper, "user_access.removed", OTHER, 2],
      [helper, "invitation.created", OTHER, 2],
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
    [`?object_id_eq=${OTHER}`, () => picked(3, 2, 1)],
    [`?object_type_eq=user_access&object_id_eq=${OTHER}`, () => picked(2, 1)],
    ["?action_eq=user.disabled", () => []],
    ["?action_eq=&object_type_eq=", () => picked(4, 3, 2, 1, 0)],
    [`?created_at_gt=${iso(2)}`, () => picked(1)],
    [`?created_at_gteq=${iso(2)}`, () => picked(3, 2, 1)],
    [`?created_at_lt=${iso(2)}`, () => picked(4, 0)],
    [`?created_at_lteq=${iso(2)}&object_id_eq=${OTHER}`, () => picked(3, 2)],
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
