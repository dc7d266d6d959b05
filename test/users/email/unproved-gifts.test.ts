import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, eventsOf, rowsOf } from "../../harness/people.ts";

/** What an account gives before its mailbox answers, and who answers for what it was given by several people. */
const STRANGERS = "seven lamps on the stairs";
const OWN = "nine boats in the harbour";

/** A company with one below it, their owner, and an account that they or an operator made for somebody. */
async function made({ access = 2, password = STRANGERS as string | undefined } = {}) {
  const company = await createCompany();
  const child = await createCompany({ parent: company });
  const owner = await createUser({ access: [{ company, role: "owner" }], operator: access === 1 });
  const named = [{ company_id: company.id, access_id: access }];
  const { user } = await bodyOf(
    post(person({ password, user_accesses_attributes: named }), owner.token),
    201,
  );
  const id: number = user.id;
  return { company, child, owner, id, email: user.email as string };
}

async function signIn(email: string): Promise<string> {
  const json = { email, password: STRANGERS };
  return (await bodyOf(call("/users/login", { method: "POST", json }))).token;
}

const accessesOf = (id: number) =>
  rowsOf("SELECT company_id, access_id FROM user_accesses WHERE user_id = ? ORDER BY id", id);
const openTo = (email: string) =>
  rowsOf(
    `SELECT company_id, access_id, invited_by FROM invitations
     WHERE email = ? AND accepted_at IS NULL AND revoked_at IS NULL ORDER BY id`,
    email,
  );

/** What there is of an access that several people set, the last of them first. */
async function setAccess(id: number, company: { id: number }, access: number, token: string) {
  const json = { user_accesses: [{ company_id: company.id, access_id: access }] };
  await bodyOf(call(`/users/${id}/user_access`, { method: "PUT", json, token }));
}

async function leave(user: { id: number; token: string }) {
  const rows = await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", user.id);
  for (const { id } of rows) {
    await bodyOf(call(`/users/${user.id}/user_access/${id}`, { method: "DELETE", token: user.token }), 204);
  }
}

/** An access that an account gave itself, as it was possible before. */
async function grantedToItself(id: number, company: { id: number }, access: number) {
  const [row] = await rowsOf(
    `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, ?, 0, ?)
     RETURNING id`,
    ...[id, company.id, access, Date.now()],
  );
  await rowsOf(
    `INSERT INTO audit_events (company_id, actor_id, action, object_type, object_id, details, created_at)
     VALUES (?, ?, 'user_access.granted', 'user_access', ?, ?, ?)`,
    ...[company.id, id, row.id, JSON.stringify({ user_id: id, access_id: access }), Date.now()],
  );
  return row.id as number;
}

const KINDS = ["reset_password", "confirm_email", "set_password"] as const;

async function open(kind: (typeof KINDS)[number], email: string) {
  // As it is once its sending has found the account.
  const [mail] = await rowsOf(
    `INSERT INTO mails (kind, email, user_id, created_at, link_expires_at, queued_at, done_at)
     SELECT ?1, email, id, ?2, ?2 + 60000, ?2, ?2 FROM users WHERE email = ?3 RETURNING id`,
    ...[kind, Date.now(), email],
  );
  const json = { token: await linkToken(env, kind, mail.id), password: OWN };
  const path = kind === "confirm_email" ? "/users/confirm_email" : "/users/reset_password";
  await bodyOf(call(path, { method: "PUT", json }));
}

describe("an account whose mailbox has not answered", () => {
  test("gives nobody an access in a tree that it did not make, itself included", async () => {
    const { company, child, owner, id, email } = await made();
    const other = await createUser({ access: [{ company, role: "viewer" }] });
    const token = await signIn(email);
    const before = [await accessesOf(id), await accessesOf(other.id)];
    for (const [method, user, access_id] of [
      ["POST", id, 3],
      ["PUT", id, 4],
      ["POST", other.id, 3],
      ["PUT", other.id, 3],
    ] as const) {
      const json = { user_accesses: [{ company_id: child.id, access_id }] };
      const refusal = await problemOf(call(`/users/${user}/user_access`, { method, json, token }), 403);
      expect(refusal.code).toBe("email_not_confirmed");
    }
    const json = { user_accesses: [{ company_id: company.id, access_id: 3 }] };
    const raise = await problemOf(
      call(`/users/${other.id}/user_access`, { method: "PUT", json, token }),
      403,
    );
    expect(raise.code).toBe("email_not_confirmed");
    expect([await accessesOf(id), await accessesOf(other.id)]).toEqual(before);
    await open("reset_password", email);
    expect(await accessesOf(id)).toEqual([]);
    await problemOf(
      call(`/users/${id}`, { method: "PUT", json: { status: "disabled" }, token: owner.token }),
      404,
    );
  });

  test("makes no company below one of others, and chooses its primary one", async () => {
    const { company, id, email } = await made({ access: 1 });
    const token = await signIn(email);
    const json = { name: "Below", parent_company_id: company.id };
    const refusal = await problemOf(call("/companies", { method: "POST", json, token }), 403);
    expect(refusal.code).toBe("email_not_confirmed");
    expect(await rowsOf("SELECT id FROM companies WHERE parent_company_id = ?", company.id)).toHaveLength(1);
    const same = { user_accesses: [{ company_id: company.id, access_id: 1, primary: true }] };
    await bodyOf(call(`/users/${id}/user_access`, { method: "PUT", json: same, token }));
  });

  test.each(["reset_password", "confirm_email"] as const)(
    "keeps the companies that it made itself, with those below them: %s",
    async (kind) => {
      const { id, email } = await made();
      const token = await signIn(email);
      const own: number[] = [];
      for (const parent of [undefined, 0]) {
        const json = { name: "Own", ...(parent !== undefined && { parent_company_id: own[parent] }) };
        own.push((await bodyOf(call("/companies", { method: "POST", json, token }), 201)).company.id);
      }
      await setAccess(id, { id: own[1] as number }, 4, token).catch(() => {});
      const wanted = own.map((company_id, index) => ({ company_id, access_id: 1, primary: index === 1 }));
      const json = { user_accesses: wanted };
      await bodyOf(call(`/users/${id}/user_access`, { method: "PUT", json, token }));
      await open(kind, email);
      expect(await accessesOf(id)).toEqual(own.map((company_id) => ({ company_id, access_id: 1 })));
    },
  );
});

describe.each(["reset_password", "confirm_email", "code"] as const)("by %s, the proof", (kind) => {
  test("ends what the account gave itself in a tree of others", async () => {
    const { company, child, id, email } = await made();
    const access = await grantedToItself(id, child, 3);
    if (kind === "code") {
      const real = await createCompany();
      const { code } = await createInvitation(real, email);
      await bodyOf(post(person({ email, password: OWN, invitation_code: code })), 201);
      expect(await accessesOf(id)).toEqual([{ company_id: real.id, access_id: 3 }]);
    } else {
      await open(kind, email);
      expect(await accessesOf(id)).toEqual([]);
    }
    expect(await openTo(email)).toMatchObject([{ company_id: company.id, access_id: 2 }]);
    expect((await eventsOf("user_access", access)).at(-1)).toMatchObject({
      action: "user_access.removed",
      details: { reason: "not_accepted" },
    });
  });
});

describe("an access that a manager gave and an owner raised", () => {
  async function raised() {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    await createUser({ access: [{ company, role: "owner" }] });
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const named = [{ company_id: company.id, access_id: 3 }];
    const { user } = await bodyOf(post(person({ user_accesses_attributes: named }), manager.token), 201);
    await setAccess(user.id, company, 2, owner.token);
    return { company, owner, manager, id: user.id as number, email: user.email as string };
  }

  test("stays by the mail to set a password, also where the manager is gone, and is offered by the owner else", async () => {
    for (const isManagerGone of [false, true]) {
      const { company, manager, id, email } = await raised();
      if (isManagerGone) await leave(manager);
      await open("set_password", email);
      expect(await accessesOf(id)).toEqual([{ company_id: company.id, access_id: 2 }]);
    }
    const { company, owner, id, email } = await raised();
    await open("reset_password", email);
    expect(await accessesOf(id)).toEqual([]);
    expect(await openTo(email)).toEqual([{ company_id: company.id, access_id: 2, invited_by: owner.id }]);
  });

  test.each(["set_password", "reset_password"] as const)(
    "is offered as the manager gave it where the owner is gone: %s",
    async (kind) => {
      const { company, owner, manager, id, email } = await raised();
      await leave(owner);
      await open(kind, email);
      expect(await accessesOf(id)).toEqual([]);
      const offer = { company_id: company.id, access_id: 3, invited_by: manager.id };
      expect(await openTo(email)).toEqual([offer]);
    },
  );

  test("is offered no higher than it is, where it was lowered since", async () => {
    const { company, owner, id, email } = await raised();
    await setAccess(id, company, 4, owner.token);
    await leave(owner);
    await open("set_password", email);
    expect(await accessesOf(id)).toEqual([{ company_id: company.id, access_id: 4 }]);
    expect(await openTo(email)).toEqual([]);
  });
});
