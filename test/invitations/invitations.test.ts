import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { bodyOf, call, ORIGIN, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { play } from "../harness/scenario.ts";

const DAY = 24 * 60 * 60 * 1000;
const codeOf = (id: number) => linkToken(env, "invitation", id);
const invite = (token: string | undefined, json: unknown, headers = {}) =>
  call("/invitations", { method: "POST", json, headers, ...(token && { token }) });

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
async function rows(sql: string, ...values: unknown[]): Promise<any[]> {
  return (
    await env.DIRECTORY.prepare(sql)
      .bind(...values)
      .all()
  ).results;
}

const expire = (id: number) =>
  env.DIRECTORY.prepare("UPDATE invitations SET expires_at = ? WHERE id = ?")
    .bind(Date.now() - 1, id)
    .run();
const eventsOf = (id: number) =>
  rows("SELECT * FROM audit_events WHERE object_type = 'invitation' AND object_id = ? ORDER BY id", id);

let company: TestCompany;
let owner: TestUser;
let manager: TestUser;
let agent: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }], firstName: "Olga", lastName: "Owner" });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

describe("inviting", () => {
  test("opens an invitation for seven days, with one mail and one event, and never tells the code", async () => {
    const response = await invite(owner.token, {
      email: "  Ines.Soto@Example.TEST ",
      company_id: company.id,
      access_id: 3,
      first_name: " Inés ",
    });
    const text = await response.clone().text();
    const { invitation } = await bodyOf(response, 201);
    const { id } = invitation;
    expect(invitation).toEqual({
      id: expect.any(Number),
      email: "ines.soto@example.test",
      company: { id: company.id, name: company.name },
      access_id: 3,
      access_name: "agent",
      first_name: "Inés",
      last_name: null,
      status: "pending",
      invited_by: { id: owner.id, full_name: "Olga Owner" },
      created_at: expect.any(String),
      expires_at: expect.any(String),
      accepted_at: null,
    });
    expect(Date.parse(invitation.expires_at) - Date.parse(invitation.created_at)).toBe(7 * DAY);
    expect(text).not.toContain(codeOf(id).split(".")[1]);

    expect(await rows("SELECT * FROM mails WHERE email = ?", invitation.email)).toEqual([
      expect.objectContaining({
        kind: "invitation",
        invitation_id: id,
        link_expires_at: Date.parse(invitation.expires_at),
        link_ended_at: null,
      }),
    ]);
    expect(await eventsOf(id)).toEqual([
      expect.objectContaining({
        action: "invitation.created",
        company_id: company.id,
        actor_id: owner.id,
        details: '{"access_id":3}',
        request_id: response.headers.get("X-Request-Id"),
      }),
    ]);
    const location = new URL(response.headers.get("Location") ?? "", ORIGIN);
    const matched = await bodyOf(
      call(location.pathname.replace("/api/v1", "") + location.search, { token: owner.token }),
    );
    expect(matched.invitations).toEqual([invitation]);
  });

  test("refuses what breaks a rule, and stores nothing of it", async () => {
    const right = {
      email: `right-${crypto.randomUUID()}@example.test`,
      company_id: company.id,
      access_id: 3,
    };
    const wrong: [body: object, pointer: string][] = [
      [{ ...right, email: "nobody" }, "/email"],
      [{ ...right, email: null }, "/email"],
      [{ ...right, access_id: 5 }, "/access_id"],
      [{ ...right, access_id: 0 }, "/access_id"],
      [{ ...right, access_id: "3" }, "/access_id"],
      [{ ...right, company_id: "1" }, "/company_id"],
      [{ email: right.email, access_id: 3 }, "/company_id"],
      [{ ...right, first_name: "a\nb" }, "/first_name"],
      [{ ...right, last_name: "" }, "/last_name"],
      [{ ...right, status: "accepted" }, "/status"],
      [{ ...right, invited_by: owner.id }, "/invited_by"],
    ];
    for (const [body, pointer] of wrong) {
      const problem = await problemOf(invite(owner.token, body), 422);
      expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    }
    expect(await rows("SELECT * FROM invitations WHERE email = ?", right.email)).toEqual([]);
    expect(await rows("SELECT * FROM mails WHERE email = ?", right.email)).toEqual([]);
  });

  test("is for managers and owners of the company, each with the accesses that they may grant", async () => {
    const parent = await createCompany();
    const child = await createCompany({ parent });
    const other = await createCompany();
    const person = (at: TestCompany, role: "owner" | "manager" | "viewer") =>
      createUser({ access: [{ company: at, role }] });
    const boss = await person(child, "owner");
    const lead = await person(child, "manager");
    const viewer = await person(child, "viewer");
    const above = await person(parent, "owner");
    const stranger = await person(other, "owner");
    const operator = await createUser({ operator: true });
    const asks: [who: TestUser | undefined, at: number, access: number, status: number, pointer?: string][] =
      [
        [boss, child.id, 1, 201],
        [boss, child.id, 2, 201],
        [lead, child.id, 3, 201],
        [lead, child.id, 4, 201],
        [lead, child.id, 2, 403, "/access_id"],
        [lead, child.id, 1, 403, "/access_id"],
        [above, child.id, 1, 201],
        [operator, child.id, 1, 201],
        [viewer, child.id, 4, 403, "/company_id"],
        [boss, parent.id, 4, 404, "/company_id"],
        [stranger, child.id, 4, 404, "/company_id"],
        [operator, 999_999_999, 4, 404, "/company_id"],
        [undefined, child.id, 4, 401],
      ];
    for (const [who, at, access, status, pointer] of asks) {
      const email = `asked-${crypto.randomUUID()}@example.test`;
      const answer = await invite(who?.token, { email, company_id: at, access_id: access });
      const what = `${access} in ${at}`;
      expect(answer.status, what).toBe(status);
      if (pointer) expect((await problemOf(answer, status)).errors[0].pointer, what).toBe(pointer);
      const stored = await rows(
        "SELECT company_id, access_id, invited_by FROM invitations WHERE email = ?",
        email,
      );
      const wanted = { company_id: at, access_id: access, invited_by: who?.id };
      expect(stored, what).toEqual(status === 201 ? [wanted] : []);
    }
  });

  test("takes the place of an older one of the same address and company alone", async () => {
    const other = await createCompany();
    const both = await createUser({
      access: [
        { company, role: "owner" },
        { company: other, role: "owner" },
      ],
    });
    const guest = await createUser();
    const ask = (at: TestCompany, access_id: number) =>
      bodyOf(invite(both.token, { email: guest.email, company_id: at.id, access_id }), 201);
    const elsewhere = (await ask(other, 4)).invitation.id;
    const older = (await ask(company, 2)).invitation.id;
    const newer = (await ask(company, 4)).invitation.id;

    const status = async (id: number) => (await bodyOf(call(`/invitations/${codeOf(id)}`))).invitation.status;
    expect([await status(older), await status(newer), await status(elsewhere)]).toEqual([
      "revoked",
      "pending",
      "pending",
    ]);
    const ended = await rows(
      "SELECT invitation_id FROM mails WHERE email = ? AND link_ended_at IS NOT NULL",
      guest.email,
    );
    expect(ended).toEqual([{ invitation_id: older }]);
    expect(await eventsOf(older)).toMatchObject([
      { action: "invitation.created" },
      { action: "invitation.removed", details: '{"reason":"replaced"}', actor_id: both.id },
    ]);
    const accept = (id: number) =>
      call(`/invitations/${codeOf(id)}/accept`, { method: "POST", token: guest.token });
    expect((await problemOf(accept(older), 409)).code).toBe("invitation_ended");
    expect(await rows("SELECT * FROM user_accesses WHERE user_id = ?", guest.id)).toEqual([]);
    await bodyOf(accept(newer));
    expect(await rows("SELECT company_id, access_id FROM user_accesses WHERE user_id = ?", guest.id)).toEqual(
      [{ company_id: company.id, access_id: 4 }],
    );
  });

  test("leaves one that had expired as expired", async () => {
    const email = `late-${crypto.randomUUID()}@example.test`;
    const ask = () => bodyOf(invite(owner.token, { email, company_id: company.id, access_id: 3 }), 201);
    const { invitation: older } = await ask();
    await expire(older.id);
    const { invitation: newer } = await ask();
    const listed = async (query = "") => {
      const path = `/companies/${company.id}/invitations?email_eq=${email}${query}`;
      const { invitations } = await bodyOf(call(path, { token: owner.token }));
      return invitations.map((one: { id: number; status: string }) => [one.id, one.status]);
    };
    expect(await listed()).toEqual([
      [newer.id, "pending"],
      [older.id, "expired"],
    ]);
    expect(await listed("&status_eq=expired")).toEqual([[older.id, "expired"]]);
    expect(await listed("&status_eq=revoked")).toEqual([]);
    expect((await eventsOf(older.id)).map(({ action }) => action)).toEqual(["invitation.created"]);
  });

  test("somebody who has the access already is refused, a stronger one is offered", async () => {
    const ask = (access_id: number) =>
      invite(owner.token, { email: agent.email.toUpperCase(), company_id: company.id, access_id });
    for (const access of [3, 4]) {
      const problem = await problemOf(ask(access), 409);
      expect(problem.code).toBe("access_exists");
      expect(problem.errors[0].pointer).toBe("/email");
    }
    expect(await rows("SELECT * FROM invitations WHERE email = ?", agent.email)).toEqual([]);
    await bodyOf(ask(2), 201);
  });

  test("an access in the parent is not told, so that a child's manager learns nothing of its people", async () => {
    const child = await createCompany({ parent: company });
    const lead = await createUser({ access: [{ company: child, role: "manager" }] });
    await bodyOf(invite(lead.token, { email: owner.email, company_id: child.id, access_id: 4 }), 201);
  });

  test("an Idempotency-Key gives one invitation and one mail, however often it is sent", async () => {
    const email = `once-${crypto.randomUUID()}@example.test`;
    const ask = () =>
      invite(
        owner.token,
        { email, company_id: company.id, access_id: 3 },
        { "Idempotency-Key": `invite-${email}` },
      );
    const first = await ask();
    const again = await ask();
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
    expect(await bodyOf(again, 201)).toEqual(await bodyOf(first, 201));
    expect(await rows("SELECT id FROM invitations WHERE email = ?", email)).toHaveLength(1);
    expect(await rows("SELECT id FROM mails WHERE email = ?", email)).toHaveLength(1);
  });
});

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
    expect(answer.headers.get("Allow")).toBe("GET, DELETE");
    await problemOf(answer, 405);
  });
});
