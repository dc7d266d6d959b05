import { describe, expect, test } from "vitest";
import { bodyOf, call, ORIGIN, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import {
  agent,
  codeOf,
  company,
  eventsOf,
  expire,
  invite,
  owner,
  prepareInvitations,
  rows,
} from "./invitation-calls.ts";

prepareInvitations();

const DAY = 24 * 60 * 60 * 1000;

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
