import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import {
  agent,
  child,
  childOwner,
  company,
  idsOf,
  operator,
  other,
  owner,
  parent,
  parentOwner,
  prepareTrails,
  stranger,
  T0,
  tell,
  trailOf,
} from "./trails.ts";

prepareTrails();

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
        actor: { id: boss.id, full_name: "Ada B", kind: "user" },
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
