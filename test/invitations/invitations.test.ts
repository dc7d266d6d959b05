import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { play } from "../harness/scenario.ts";
import {
  agent,
  codeOf,
  company,
  eventsOf,
  expire,
  invite,
  manager,
  owner,
  prepareInvitations,
  rows,
} from "./invitation-calls.ts";

prepareInvitations();

describe("the invitations of a company", () => {
  let home: TestCompany;
  let boss: TestUser;
  const ids: Record<string, number> = {};

  beforeAll(async () => {
    home = await createCompany();
    boss = await createUser({ access: [{ company: home, role: "owner" }] });
    const guest = await createUser();
    for (const [name, email, access_id] of [
      ["accepted", guest.email, 4],
      ["revoked", "ana_b@revoked.test", 3],
      ["expired", "ana-b@expired.test", 2],
      ["pending", "ana.b@pending.test", 1],
    ] as const) {
      const asked = invite(boss.token, { email, company_id: home.id, access_id });
      ids[name] = (await bodyOf(asked, 201)).invitation.id;
    }
    const accept = `/invitations/${codeOf(ids.accepted ?? 0)}/accept`;
    await bodyOf(call(accept, { method: "POST", token: guest.token }));
    await bodyOf(call(`/invitations/${ids.revoked}`, { method: "DELETE", token: boss.token }), 204);
    await expire(ids.expired ?? 0);
  });

  const listed = async (query: string) => {
    const body = await bodyOf(call(`/companies/${home.id}/invitations?${query}`, { token: boss.token }));
    expect(body.meta.total_records).toBe(body.invitations.length);
    return body.invitations.map(({ id }: { id: number }) => id);
  };

  test("come newest first, with what became of each", async () => {
    const { invitations } = await bodyOf(call(`/companies/${home.id}/invitations`, { token: boss.token }));
    expect(invitations.map((one: { id: number; status: string }) => [one.id, one.status])).toEqual(
      ["pending", "expired", "revoked", "accepted"].map((name) => [ids[name], name]),
    );
    const [, , , accepted] = invitations;
    expect(accepted.accepted_at).toMatch(/Z$/);
    expect(accepted.invited_by.id).toBe(boss.id);
  });

  test.each(["pending", "expired", "revoked", "accepted"])("are found by the status %s", async (status) => {
    expect(await listed(`status_eq=${status}`)).toEqual([ids[status]]);
  });

  test("are found by id, e-mail, access and time, in the order that is asked for", async () => {
    expect(await listed(`id_eq=${ids.revoked}`)).toEqual([ids.revoked]);
    expect(await listed("email_eq=ana.b@pending.test")).toEqual([ids.pending]);
    expect(await listed("email_cont=ANA_")).toEqual([ids.revoked]);
    expect(await listed("access_id_eq=3")).toEqual([ids.revoked]);
    expect(await listed("access_id_eq=3&status_eq=pending")).toEqual([]);
    expect(await listed("created_at_gt=2999-01-01")).toEqual([]);
    expect(await listed("created_at_gteq=2020-01-01&email_cont=ana&sort=email")).toEqual([
      ids.expired,
      ids.pending,
      ids.revoked,
    ]);
    const page = await bodyOf(
      call(`/companies/${home.id}/invitations?limit=1&page=2`, { token: boss.token }),
    );
    expect(page.invitations.map(({ id }: { id: number }) => id)).toEqual([ids.expired]);
    expect(page.meta).toEqual({
      current_page: 2,
      next_page: 3,
      prev_page: 1,
      total_pages: 4,
      total_records: 4,
    });
  });

  test("are for its managers", async () => {
    const lead = await createUser({ access: [{ company: home, role: "manager" }] });
    const helper = await createUser({ access: [{ company: home, role: "agent" }] });
    const operator = await createUser({ operator: true });
    const path = `/companies/${home.id}/invitations`;
    await play([
      { name: "manager", path, call: { token: lead.token }, status: 200, contains: ["ana.b@pending.test"] },
      { name: "operator", path, call: { token: operator.token }, status: 200, contains: ["ana_b@"] },
      { name: "agent", path, call: { token: helper.token }, status: 403, lacks: ["ana.b"] },
      { name: "another company's owner", path, call: { token: owner.token }, status: 404, lacks: ["ana.b"] },
      { name: "nobody", path, status: 401 },
      {
        name: "no such company",
        path: "/companies/999999999/invitations",
        call: { token: operator.token },
        status: 404,
      },
      {
        name: "no such status",
        path: `${path}?status_eq=open`,
        call: { token: lead.token },
        status: 400,
        contains: ["/status_eq"],
      },
    ]);
  });
});

describe("open invitations of an address", () => {
  test("are one's own of every company, and others' of companies that one manages", async () => {
    const [first, second] = [await createCompany(), await createCompany()];
    const boss = (at: TestCompany) => createUser({ access: [{ company: at, role: "owner" }] });
    const [bossOfFirst, bossOfSecond] = [await boss(first), await boss(second)];
    const guest = await createUser({ access: [{ company: second, role: "viewer" }] });
    const ask = async (who: TestUser, at: TestCompany, access_id: number) =>
      (await bodyOf(invite(who.token, { email: guest.email, company_id: at.id, access_id }), 201)).invitation;
    const inFirst = await ask(bossOfFirst, first, 4);
    const inSecond = await ask(bossOfSecond, second, 3);
    const gone = await createCompany();
    await expire((await ask(await boss(gone), gone, 4)).id);

    const seenBy = async ({ token }: TestUser, query: string) => {
      const answer = await call(`/invitations/pending${query}`, { token });
      const body = await bodyOf(answer);
      expect(body.meta.total_records).toBe(body.invitations.length);
      return body.invitations;
    };
    const asked = `?email=${guest.email.toUpperCase()}`;
    // The guest sees who invited where they are of the company already.
    const own = [inSecond, { ...inFirst, invited_by: null }];
    expect(await seenBy(guest, "")).toEqual(own);
    expect(await seenBy(guest, asked)).toEqual(own);
    expect(await seenBy(bossOfFirst, asked)).toEqual([inFirst]);
    expect(await seenBy(bossOfSecond, asked)).toEqual([inSecond]);
    expect(await seenBy(bossOfFirst, "")).toEqual([]);
    expect(await seenBy(await createUser({ access: [{ company: first, role: "agent" }] }), asked)).toEqual(
      [],
    );
    expect(await seenBy(owner, asked)).toEqual([]);
    expect(await seenBy(await createUser({ operator: true }), asked)).toEqual([inSecond, inFirst]);

    const page = await call("/invitations/pending?limit=1&page=2", { token: guest.token });
    expect(page.headers.get("Link")).toContain('rel="prev"');
    expect(await bodyOf(page)).toMatchObject({
      invitations: [{ id: inFirst.id }],
      meta: { current_page: 2, next_page: null, prev_page: 1, total_pages: 2, total_records: 2 },
    });
  });

  test("answer the same of an address that nobody has invited, and refuse what is none", async () => {
    await play([
      {
        name: "unknown",
        path: "/invitations/pending?email=nobody@example.test",
        call: { token: owner.token },
        status: 200,
        contains: ['"invitations":[]', '"total_records":0'],
      },
      {
        name: "no address",
        path: "/invitations/pending?email=nobody",
        call: { token: owner.token },
        status: 400,
        contains: ["/email"],
      },
      { name: "signed out", path: "/invitations/pending?email=nobody@example.test", status: 401 },
    ]);
  });
});

describe("taking an invitation back", () => {
  const remove = (who: TestUser | undefined, id: number | string) =>
    call(`/invitations/${id}`, { method: "DELETE", ...(who && { token: who.token }) });
  const open = async (access_id: number) => {
    const email = `back-${crypto.randomUUID()}@example.test`;
    const asked = invite(owner.token, { email, company_id: company.id, access_id });
    return (await bodyOf(asked, 201)).invitation.id as number;
  };

  test("ends it, its mail's link, and is told in the trail", async () => {
    const id = await open(3);
    await bodyOf(remove(manager, id), 204);
    const { invitation } = await bodyOf(call(`/invitations/${codeOf(id)}`));
    expect(invitation.status).toBe("revoked");
    expect(await rows("SELECT link_ended_at IS NULL AS open FROM mails WHERE invitation_id = ?", id)).toEqual(
      [{ open: 0 }],
    );
    expect(await eventsOf(id)).toMatchObject([
      { action: "invitation.created" },
      { action: "invitation.removed", company_id: company.id, actor_id: manager.id, details: "{}" },
    ]);
  });

  test("requires the right to grant its access", async () => {
    const [id, strong] = [await open(4), await open(2)];
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    for (const [who, what, status] of [
      [undefined, id, 401],
      [agent, id, 403],
      [stranger, id, 404],
      [manager, strong, 403],
      [owner, 999_999_999, 404],
      [owner, codeOf(id), 404],
      [owner, "nonsense", 404],
    ] as const) {
      await problemOf(remove(who, what), status);
    }
    const statuses = "SELECT id FROM invitations WHERE id IN (?, ?) AND revoked_at IS NULL";
    expect(await rows(statuses, id, strong)).toHaveLength(2);
    await bodyOf(remove(owner, strong), 204);
    expect(await rows(statuses, id, strong)).toEqual([{ id }]);
  });

  test("is refused once it is not open", async () => {
    const guest = await createUser();
    const asked = invite(owner.token, { email: guest.email, company_id: company.id, access_id: 4 });
    const accepted = (await bodyOf(asked, 201)).invitation.id;
    await bodyOf(call(`/invitations/${codeOf(accepted)}/accept`, { method: "POST", token: guest.token }));
    const [revoked, expired] = [await open(4), await open(4)];
    await bodyOf(remove(owner, revoked), 204);
    await expire(expired);
    const before = await rows("SELECT * FROM invitations ORDER BY id");
    for (const id of [accepted, revoked, expired]) {
      expect((await problemOf(remove(owner, id), 409)).code).toBe("invitation_ended");
    }
    expect(await rows("SELECT * FROM invitations ORDER BY id")).toEqual(before);
    expect(await rows("SELECT * FROM user_accesses WHERE user_id = ?", guest.id)).toHaveLength(1);
  });

  test("is what the address takes beside reading", async () => {
    const answer = await call(`/invitations/${codeOf(1)}`, { method: "PUT", token: owner.token, json: {} });
    expect(answer.headers.get("Allow")).toBe("GET, HEAD, DELETE");
    await problemOf(answer, 405);
  });
});
