import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { accessesInDatabase, rolesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

/** Nobody is put into a company without being asked, and nobody who manages somebody loses that by it. */

const send = (method: string, caller: TestUser, user: { id: number }, wanted: unknown[]) =>
  call(`/users/${user.id}/user_access`, { token: caller.token, method, json: { user_accesses: wanted } });
const want = (company: { id: number }, access_id: number, more = {}) => ({
  company_id: company.id,
  access_id,
  ...more,
});
const setStatus = (caller: TestUser, user: { id: number }, status: string) =>
  call(`/users/${user.id}`, { token: caller.token, method: "PUT", json: { status } });
const mailsTo = async (email: string) =>
  (await env.DIRECTORY.prepare("SELECT * FROM mails WHERE email = ?").bind(email).all()).results;

/** A company with its people, and one that its viewer made. */
async function scene() {
  const company = await createCompany({ name: "Real" });
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const viewer = await createUser({ access: [{ company, role: "viewer" }] });
  const made = await bodyOf(
    call("/companies", { token: viewer.token, method: "POST", json: { name: "Trap" } }),
    201,
  );
  return { company, owner, agent, viewer, trap: { id: made.company.id as number } };
}

describe("a viewer who makes a company", () => {
  test.each(["POST", "PUT"])(
    "does not put the people of another one into it by %s: they are invited",
    async (method) => {
      const { company, owner, agent, viewer, trap } = await scene();
      for (const victim of [owner, agent]) {
        const before = await accessesInDatabase(victim);
        const answer = await bodyOf(
          send(method, viewer, victim, [want(trap, 1)]),
          method === "POST" ? 201 : 200,
        );
        expect(answer.user_accesses).toEqual([
          {
            id: null,
            user_id: victim.id,
            company_id: trap.id,
            company_name: "Trap",
            access_id: 1,
            access_name: "owner",
            primary: false,
            status: "pending",
            invitation_id: expect.any(Number),
          },
        ]);
        expect(await accessesInDatabase(victim)).toEqual(before);
        expect(await mailsTo(victim.email)).toMatchObject([{ kind: "invitation" }]);
        await problemOf(call(`/companies/${trap.id}`, { token: victim.token }), 404);
      }
      // So the owner manages the agent as before.
      await bodyOf(setStatus(owner, agent, "disabled"));
      await problemOf(call(`/companies/${company.id}`, { token: agent.token }), 401);
    },
  );

  test("does not make it their primary company, nor anybody's", async () => {
    const { owner, viewer, trap } = await scene();
    const before = await accessesInDatabase(owner);
    for (const method of ["POST", "PUT"]) {
      const wanted = [want(trap, 1, { primary: true })];
      const { errors } = await problemOf(send(method, viewer, owner, wanted), 403);
      expect(errors[0].pointer).toBe("/user_accesses/0/primary");
    }
    expect(await accessesInDatabase(owner)).toEqual(before);
    expect(await mailsTo(owner.email)).toEqual([]);
  });

  test("reads nothing of when and from where they sign in", async () => {
    const { owner, viewer, trap } = await scene();
    await bodyOf(send("POST", viewer, owner, [want(trap, 4)]), 201);
    const invitation = (await bodyOf(call("/invitations/pending", { token: owner.token }))).invitations[0];
    expect(invitation).toMatchObject({ company: { id: trap.id }, access_id: 4, status: "pending" });
    // Even where the owner accepts: the viewer does not manage all of their companies.
    const path = `/invitations/${invitation.id}/accept`;
    await bodyOf(call(path, { token: owner.token, method: "POST" }));
    await env.DIRECTORY.prepare(
      `INSERT INTO audit_events (actor_id, action, object_type, object_id, details, ip, created_at)
       VALUES (?, 'session.opened', 'session', 1, '{}', '203.0.113.77', ?)`,
    )
      .bind(owner.id, Date.now() + 1000)
      .run();
    const trail = await call(`/companies/${trap.id}/audit_events`, { token: viewer.token });
    const text = await trail.text();
    expect(trail.status).toBe(200);
    expect(text).toContain("invitation.accepted");
    expect(text).not.toContain("203.0.113.77");
    expect(text).not.toContain("session.opened");
  });

  test("who has not confirmed their address sends nobody anything", async () => {
    const { company, owner } = await scene();
    const unproven = await createUser({ confirmed: false, access: [{ company, role: "viewer" }] });
    const made = await bodyOf(
      call("/companies", { token: unproven.token, method: "POST", json: { name: "Win a prize" } }),
      201,
    );
    const problem = await problemOf(send("POST", unproven, owner, [want(made.company, 1)]), 403);
    expect(problem.code).toBe("email_not_confirmed");
    expect(await mailsTo(owner.email)).toEqual([]);
  });
});

describe("an access is given at once", () => {
  test("to somebody whom the giver manages in the same tree, in any company of it", async () => {
    const root = await createCompany();
    const [north, south] = [await createCompany({ parent: root }), await createCompany({ parent: root })];
    const other = await createCompany();
    const owner = await createUser({ access: [{ company: root, role: "owner" }] });
    const manager = await createUser({
      access: [
        { company: north, role: "manager" },
        { company: south, role: "manager" },
        { company: other, role: "owner" },
      ],
    });
    const user = await createUser({ access: [{ company: north, role: "agent" }] });
    await bodyOf(send("POST", manager, user, [want(south, 3)]), 201);
    await bodyOf(send("POST", owner, user, [want(root, 4)]), 201);
    expect(await rolesInDatabase(user)).toEqual({ [north.id]: 3, [south.id]: 3, [root.id]: 4 });
    // In one request: what is theirs to give is given, what is not is offered.
    const second = await createUser({ access: [{ company: north, role: "agent" }] });
    const { user_accesses: both } = await bodyOf(
      send("POST", manager, second, [want(other, 2), want(south, 4)]),
      201,
    );
    expect(both.map((one: { status: string }) => one.status)).toEqual(["active", "pending"]);
    expect(await rolesInDatabase(second)).toEqual({ [north.id]: 3, [south.id]: 4 });
  });

  test("but not to one of their own rank there, whom they do not manage", async () => {
    const root = await createCompany();
    const [north, south] = [await createCompany({ parent: root }), await createCompany({ parent: root })];
    const manager = await createUser({
      access: [
        { company: north, role: "manager" },
        { company: south, role: "manager" },
      ],
    });
    const peer = await createUser({ access: [{ company: north, role: "manager" }] });
    const { user_accesses: asked } = await bodyOf(send("POST", manager, peer, [want(south, 3)]), 201);
    expect(asked[0].status).toBe("pending");
    expect(await rolesInDatabase(peer)).toEqual({ [north.id]: 2 });
  });

  test("and a set that is asked for again mails nothing again", async () => {
    const { agent, viewer, trap } = await scene();
    const first = await bodyOf(send("PUT", viewer, agent, [want(trap, 3)]));
    expect(await bodyOf(send("PUT", viewer, agent, [want(trap, 3)]))).toEqual(first);
    expect(await mailsTo(agent.email)).toHaveLength(1);
  });
});

describe("somebody of two companies", () => {
  /** An agent of a company who has made one of their own, which a colleague has joined. */
  async function withOwnCompany() {
    const { company, owner, agent } = await scene();
    const made = await bodyOf(
      call("/companies", { token: agent.token, method: "POST", json: { name: "Agent's own" } }),
      201,
    );
    return { company, owner, agent, own: made.company as TestCompany };
  }
  const seen = async (user: TestUser, company: { id: number }) =>
    (await call(`/companies/${company.id}`, { token: user.token })).status;

  test("is cut off by the owner of the one, and stays what they are in the other", async () => {
    const { company, owner, agent, own } = await withOwnCompany();
    const { user } = await bodyOf(setStatus(owner, agent, "disabled"));
    expect(user.status).toBe("disabled");
    expect((await bodyOf(call(`/users/${agent.id}`, { token: owner.token }))).user.status).toBe("disabled");
    const { user_accesses: shown } = await bodyOf(
      call(`/users/${agent.id}/user_access`, { token: owner.token }),
    );
    expect(shown).toMatchObject([{ company_id: company.id, status: "suspended" }]);
    expect([await seen(agent, company), await seen(agent, own)]).toEqual([404, 200]);
    expect((await bodyOf(call("/users/me", { token: agent.token }))).user.status).toBe("active");

    await bodyOf(setStatus(owner, agent, "active"));
    expect([await seen(agent, company), await seen(agent, own)]).toEqual([200, 200]);
    const { audit_events: events } = await bodyOf(
      call(`/companies/${company.id}/audit_events?action_in=user_access.suspended,user_access.restored`, {
        token: owner.token,
      }),
    );
    expect(events.map((one: { action: string }) => one.action)).toEqual([
      "user_access.restored",
      "user_access.suspended",
    ]);
  });

  test("is not changed otherwise by the owner of one, nor enabled against an operator", async () => {
    const { owner, agent } = await withOwnCompany();
    const operator = await createUser({ operator: true });
    const rename = { token: owner.token, method: "PUT", json: { first_name: "Eve" } };
    await problemOf(call(`/users/${agent.id}`, rename), 403);
    await bodyOf(setStatus(operator, agent, "disabled"));
    await problemOf(setStatus(owner, agent, "active"), 403);
    expect((await call("/users/me", { token: agent.token })).status).toBe(401);
  });

  test("does not come back by what they were offered there before", async () => {
    const { company, owner, agent } = await withOwnCompany();
    const child = await createCompany({ parent: { id: company.id, store: 0 } });
    const json = { email: agent.email, company_id: child.id, access_id: 3 };
    const { invitation } = await bodyOf(
      call("/invitations", { token: owner.token, method: "POST", json }),
      201,
    );
    await bodyOf(setStatus(owner, agent, "disabled"));
    const accept = { token: agent.token, method: "POST" };
    await problemOf(call(`/invitations/${invitation.id}/accept`, accept), 409);
    expect(await seen(agent, child)).toBe(404);
  });

  test("owns nothing while suspended: the last owner who counts stays", async () => {
    const { company, owner } = await scene();
    const second = await createUser({
      access: [
        { company, role: "owner" },
        { company: await createCompany(), role: "agent" },
      ],
    });
    await bodyOf(setStatus(owner, second, "disabled"));
    const [row] = await accessesInDatabase(owner);
    const operator = await createUser({ operator: true });
    const remove = { token: operator.token, method: "DELETE" };
    expect((await problemOf(call(`/users/${owner.id}/user_access/${row?.id}`, remove), 409)).code).toBe(
      "last_owner",
    );
    const child = {
      token: second.token,
      method: "POST",
      json: { name: "Below", parent_company_id: company.id },
    };
    await problemOf(call("/companies", child), 404);
  });
});

describe("an operator", () => {
  test("disables the creator of a company, which is marked until it has an owner again", async () => {
    const operator = await createUser({ operator: true });
    const { viewer, trap } = await scene();
    const { user } = await bodyOf(setStatus(operator, viewer, "disabled"));
    expect(user.status).toBe("disabled");
    const marked = async () =>
      (
        await bodyOf(
          call(`/companies?without_owner_since_null=false&id_eq=${trap.id}`, { token: operator.token }),
        )
      ).companies;
    expect(await marked()).toMatchObject([
      { id: trap.id, without_owner_since: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    const heir = await createUser();
    await bodyOf(send("POST", operator, heir, [want(trap, 1)]), 201);
    expect(await marked()).toEqual([]);
    const { company } = await bodyOf(call(`/companies/${trap.id}`, { token: heir.token }));
    expect(company.without_owner_since).toBeNull();
  });

  test("disables whom somebody made last owner of a trap", async () => {
    const operator = await createUser({ operator: true });
    const { agent, viewer, trap } = await scene();
    await bodyOf(send("POST", operator, agent, [want(trap, 1)]), 201);
    const [, row] = await accessesInDatabase(viewer);
    await bodyOf(
      call(`/users/${viewer.id}/user_access/${row?.id}`, { token: viewer.token, method: "DELETE" }),
      204,
    );
    await bodyOf(setStatus(operator, agent, "disabled"));
    expect((await call("/users/me", { token: agent.token })).status).toBe(401);
  });
});
