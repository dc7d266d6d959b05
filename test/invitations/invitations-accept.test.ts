import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { accessesOf, codeOf, db, eventsOf, invited, rows, stateOfDirectory } from "./accepting.ts";

const accept = (code: string, { token }: { token: string }) =>
  call(`/invitations/${code}/accept`, { method: "POST", token });
const look = (code: string) => call(`/invitations/${code}`);

describe("accepting", () => {
  test("gives the access from the next request on, with the token that the user has", async () => {
    const guest = await createUser();
    const { company, code, id, invitation } = await invited(guest.email.toUpperCase(), 3);
    await problemOf(call(`/companies/${company.id}`, { token: guest.token }), 404);

    const { invitation: accepted } = await bodyOf(accept(code, guest));
    expect(accepted).toEqual({
      ...invitation,
      status: "accepted",
      accepted_at: expect.stringMatching(/^\d{4}-.*Z$/),
      invited_by: null,
    });
    expect((await bodyOf(look(code))).invitation).toEqual(accepted);

    await bodyOf(call(`/companies/${company.id}`, { token: guest.token }));
    const [access, ...more] = await accessesOf(guest);
    expect(more).toEqual([]);
    expect(access).toMatchObject({ company_id: company.id, access_id: 3, primary: 1 });
    const ofInvitation = { company_id: company.id, actor_id: guest.id };
    expect(await eventsOf(guest)).toMatchObject([
      {
        ...ofInvitation,
        action: "user_access.granted",
        object_type: "user_access",
        object_id: access.id,
        details: `{"invitation_id":${id}}`,
      },
      {
        ...ofInvitation,
        action: "invitation.accepted",
        object_type: "invitation",
        object_id: id,
        details: "{}",
      },
    ]);
    expect(await rows("SELECT accepted_by, revoked_at FROM invitations WHERE id = ?", id)).toEqual([
      { accepted_by: guest.id, revoked_at: null },
    ]);
    expect(await rows("SELECT link_ended_at IS NULL AS open FROM mails WHERE invitation_id = ?", id)).toEqual(
      [{ open: 0 }],
    );
  });

  test("leaves the primary access where it is, and other companies as they are", async () => {
    const first = await createCompany();
    const member = await createUser({ access: [{ company: first, role: "viewer" }] });
    const { company, code } = await invited(member.email, 1);
    await bodyOf(accept(code, member));
    expect(await accessesOf(member)).toMatchObject([
      { company_id: first.id, access_id: 4, primary: 1 },
      { company_id: company.id, access_id: 1, primary: 0 },
    ]);
  });

  test("is for the user with the invited address", async () => {
    const [guest, other] = [await createUser(), await createUser()];
    const operator = await createUser({ operator: true });
    const { code, owner } = await invited(guest.email, 2);
    const before = await stateOfDirectory();
    await problemOf(call(`/invitations/${code}/accept`, { method: "POST" }), 401);
    for (const somebody of [other, owner, operator]) {
      expect((await problemOf(accept(code, somebody), 403)).code).toBe("forbidden");
    }
    expect(await stateOfDirectory()).toEqual(before);
    await bodyOf(accept(code, guest));
  });

  test("happens once, and not after it was taken back or has expired", async () => {
    const guest = await createUser();
    const [used, revoked, expired] = [
      await invited(guest.email, 4),
      await invited(guest.email, 4),
      await invited(guest.email, 4),
    ];
    await bodyOf(accept(used.code, guest));
    const remove = call(`/invitations/${revoked.id}`, { method: "DELETE", token: revoked.owner.token });
    await bodyOf(remove, 204);
    const end = env.DIRECTORY.prepare("UPDATE invitations SET expires_at = ? WHERE id = ?");
    await end.bind(Date.now() - 1, expired.id).run();
    const before = await stateOfDirectory();
    for (const [{ code }, status] of [
      [used, "accepted"],
      [revoked, "revoked"],
      [expired, "expired"],
    ] as const) {
      expect((await problemOf(accept(code, guest), 409)).code).toBe("invitation_ended");
      expect((await bodyOf(look(code))).invitation.status).toBe(status);
    }
    expect(await stateOfDirectory()).toEqual(before);
  });

  test("reaches what lies below the company, and nothing above or beside it", async () => {
    const parent = await createCompany();
    const child = await createCompany({ parent });
    const below = await createCompany({ parent: child });
    const beside = await createCompany({ parent });
    const guest = await createUser();
    const { code } = await invited(guest.email, 1, child);
    await bodyOf(accept(code, guest));
    for (const [{ id }, status] of [
      [child, 200],
      [below, 200],
      [parent, 404],
      [beside, 404],
    ] as const) {
      expect((await call(`/companies/${id}`, { token: guest.token })).status).toBe(status);
    }
    const upwards = { email: "up@example.test", company_id: parent.id, access_id: 4 };
    const ask = call("/invitations", { method: "POST", token: guest.token, json: upwards });
    await problemOf(ask, 404);
  });
});

describe("somebody who has an access in the company already", () => {
  const accesses = [1, 2, 3, 4];
  const pairs = accesses.flatMap((held) => accesses.map((offered) => [held, offered] as const));

  test.each(pairs)("and holds %i keeps or gains by an invitation to %i", async (held, offered) => {
    const guest = await createUser();
    const { company, code, id } = await invited(guest.email, offered);
    // Given after the invitation, which would be refused else.
    await db.run(sql`INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at)
      VALUES (${guest.id}, ${company.id}, ${held}, 1, 0)`);
    const [before] = await accessesOf(guest);
    await bodyOf(accept(code, guest));
    expect(await accessesOf(guest)).toEqual([{ ...before, access_id: Math.min(held, offered) }]);
    const changed = { action: "user_access.changed", object_id: before.id, company_id: company.id };
    expect(await eventsOf(guest)).toMatchObject([
      ...(offered < held ? [changed] : []),
      { action: "invitation.accepted", object_id: id },
    ]);
  });

  test("the last owner of a company accepts a weaker access there and stays owner", async () => {
    const company = await createCompany();
    const guest = await createUser();
    const { code } = await invited(guest.email, 4, company);
    await db.run(sql`INSERT INTO user_accesses (user_id, company_id, access_id, created_at)
      VALUES (${guest.id}, ${company.id}, 1, 0)`);
    await bodyOf(accept(code, guest));
    expect(await accessesOf(guest)).toMatchObject([{ access_id: 1 }]);
  });
});

describe("a code", () => {
  test("shows what is offered to its holder, without who invited and without itself", async () => {
    const { company, code, owner } = await invited("holder@example.test", 2);
    const answer = await look(code);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    const text = await answer.clone().text();
    expect((await bodyOf(answer)).invitation).toMatchObject({
      email: "holder@example.test",
      company: { id: company.id, name: company.name },
      access_name: "manager",
      status: "pending",
      invited_by: null,
    });
    expect(text).not.toContain(code.split(".")[1]);
    expect(text).not.toContain(owner.email);
    const etag = answer.headers.get("ETag") ?? "";
    const again = await call(`/invitations/${code}`, { headers: { "If-None-Match": etag } });
    expect(again.status).toBe(304);
    // A token that has expired is no hindrance to the page that asks to sign in.
    await bodyOf(call(`/invitations/${code}`, { token: "stale" }));
  });

  test("that is not ours for this invitation is a 404, for any caller", async () => {
    const [guest, unproven] = [await createUser(), await createUser({ confirmed: false })];
    const { id, code } = await invited(guest.email, 3);
    const [, signature = ""] = code.split(".");
    const turned = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const wrong = [
      `${id}.${turned}`,
      `${id + 1}.${signature}`,
      `0${id}.${signature}`,
      `${id}.${signature}=`,
      `${id}.`,
      "nonsense",
      linkToken(env, "confirm_email", id),
      codeOf(999_999_999),
    ];
    const before = await stateOfDirectory();
    for (const one of wrong) {
      await problemOf(look(one), 404);
      await problemOf(accept(one, guest), 404);
    }
    // The id alone is for the invited to accept, whose address is confirmed, and shows nobody anything.
    await problemOf(look(`${id}`), 404);
    await db.run(sql`UPDATE invitations SET email = ${unproven.email} WHERE id = ${id}`);
    for (const other of [guest, unproven]) await problemOf(accept(`${id}`, other), 404);
    await db.run(sql`UPDATE invitations SET email = ${guest.email} WHERE id = ${id}`);
    expect(await stateOfDirectory()).toEqual(before);
  });
});
