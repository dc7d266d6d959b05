import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { freshToken } from "../../harness/accounts/session.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, freshEmail, rowsOf } from "../../harness/people.ts";

/**
 * A stranger has an account under somebody's address before that person does.
 *
 * @see https://www.usenix.org/conference/usenixsecurity22/presentation/sudhodanan
 */
const STRANGERS = "seven lamps on the stairs";
const OWN = "nine boats in the harbour";

const confirm = (json: object, token?: string) =>
  call("/users/confirm_email", { method: "PUT", json, ...(token !== undefined && { token }) });
const login = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });
const userOf = async (email: string) => (await rowsOf("SELECT * FROM users WHERE email = ?", email))[0];

/** The token of the newest mail of a kind to an address. */
async function mailed(kind: "confirm_email" | "set_password", email: string) {
  const [mail] = await rowsOf(
    "SELECT id FROM mails WHERE kind = ? AND email = ? ORDER BY id DESC LIMIT 1",
    kind,
    email,
  );
  return linkToken(env, kind, mail.id);
}

/** A stranger who signed up with somebody's address, and is in. */
async function squatted() {
  const { user } = await bodyOf(post(person({ password: STRANGERS })), 201);
  return { ...user, stranger: await bodyOf(login(user.email, STRANGERS)) };
}

/** Makes sure that those who were in an account are out, and that the person is in. */
async function isOwnAccount(email: string, stranger: { token: string; refresh_token: string }) {
  await problemOf(call("/users/me", { token: stranger.token }), 401);
  const json = { refresh_token: stranger.refresh_token };
  await problemOf(call("/users/refresh", { method: "POST", json }), 401);
  await problemOf(login(email, STRANGERS), 401);
  const { user } = await bodyOf(login(email, OWN));
  expect(user.email_confirmed_at).not.toBeNull();
}

describe("the link of a sign-up that somebody else did", () => {
  test("does not arm the stranger's session and password", async () => {
    const { email, stranger } = await squatted();
    const token = await mailed("confirm_email", email);
    const bare = await problemOf(confirm({ token }), 422);
    expect(bare).toMatchObject({ code: "invalid_body", errors: [{ pointer: "/current_password" }] });
    expect((await userOf(email)).email_confirmed_at).toBeNull();
    expect((await problemOf(confirm({ token, current_password: "a guess" }), 422)).code).toBe(
      "wrong_password",
    );
    await bodyOf(confirm({ token, password: OWN }));
    await isOwnAccount(email, stranger);
  });

  test("ends all that was mailed before: no other link brings the stranger back", async () => {
    const { id, email, stranger } = await squatted();
    const elsewhere = freshEmail();
    const json = { email: elsewhere, current_password: STRANGERS };
    const token = await mailed("confirm_email", email);
    await bodyOf(call(`/users/${id}`, { method: "PUT", json, token: stranger.token }));
    await problemOf(confirm({ token, password: OWN }), 422);
    await bodyOf(call("/users/confirm_email", { method: "POST", token: stranger.token }));
    await bodyOf(confirm({ token: await mailed("confirm_email", email), password: OWN }));
    const trojan = { token: await mailed("confirm_email", elsewhere), current_password: STRANGERS };
    expect((await problemOf(confirm(trojan, undefined), 422)).code).toBe("invalid_token");
    await isOwnAccount(email, stranger);
  });

  test("takes a good password, which is not the person's address", async () => {
    const { email } = await squatted();
    const token = await mailed("confirm_email", email);
    for (const password of ["short", `${email}!`]) {
      expect((await problemOf(confirm({ token, password }), 422)).code).toBe("invalid_body");
    }
  });

  test.each(["session", "password"])("of an honest one takes their %s, here or elsewhere", async (by) => {
    const { email, stranger: own } = await squatted();
    const token = await mailed("confirm_email", email);
    if (by === "session") await bodyOf(confirm({ token }, own.token));
    else await bodyOf(confirm({ token, current_password: STRANGERS }));
    expect((await userOf(email)).email_confirmed_at).not.toBeNull();
    await bodyOf(call("/users/me", { token: own.token }));
  });

  test("does not take the session of another account", async () => {
    const { email } = await squatted();
    const other = await createUser();
    const token = await mailed("confirm_email", email);
    await problemOf(confirm({ token }, await freshToken(other)), 422);
    expect((await userOf(email)).email_confirmed_at).toBeNull();
  });

  test("takes a password of one's own where a manager made the account with one that they know", async () => {
    const company = await createCompany();
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const named = { company_id: company.id, access_id: 3 };
    const asked = person({ password: STRANGERS, user_accesses_attributes: [named] });
    const { user } = await bodyOf(post(asked, manager.token), 201);
    const stranger = await bodyOf(login(user.email, STRANGERS));
    const token = await mailed("confirm_email", user.email);
    for (const ask of [confirm({ token }, stranger.token), confirm({ token, current_password: STRANGERS })]) {
      expect((await problemOf(ask, 422)).errors).toMatchObject([{ pointer: "/password", code: "missing" }]);
    }
    await bodyOf(confirm({ token, password: OWN }));
    await isOwnAccount(user.email, stranger);
  });
});

test("a link that takes another's account to one's address does nothing without their session or password", async () => {
  const thief = await createUser({ password: true });
  const victim = freshEmail();
  const session = await freshToken(thief);
  await bodyOf(call(`/users/${thief.id}`, { method: "PUT", token: session, json: { email: victim } }));
  const token = await mailed("confirm_email", victim);
  for (const json of [{ token }, { token, password: OWN }, { token, current_password: OWN }]) {
    await problemOf(confirm(json), 422);
  }
  expect(await userOf(victim)).toBeUndefined();
  await bodyOf(post(person({ email: victim, password: OWN })), 201);
});

describe("the code of an invitation", () => {
  test("gets its person in, though a stranger made an account under the address", async () => {
    const { email, id, stranger } = await squatted();
    const company = await createCompany();
    const { code } = await createInvitation(company, email);
    const asked = person({ email, password: OWN, invitation_code: code, first_name: "Inés" });
    const { user } = await bodyOf(post(asked), 201);
    expect(user).toMatchObject({ id, first_name: "Inés", status: "active" });
    expect(user.primary_company.id).toBe(company.id);
    await isOwnAccount(email, stranger);
    const links = await rowsOf(
      "SELECT id FROM mails WHERE user_id = ? AND link_expires_at > 0 AND link_ended_at IS NULL",
      id,
    );
    expect(links).toEqual([]);
  });

  test("opens no account that is confirmed, or that an operator has disabled", async () => {
    const company = await createCompany();
    for (const differs of [{ confirmed: true }, { confirmed: false, status: "disabled" as const }]) {
      const { email } = await createUser(differs);
      const { code } = await createInvitation(company, email);
      const before = await userOf(email);
      const problem = await problemOf(post(person({ email, password: OWN, invitation_code: code })), 422);
      expect(problem.code).toBe("email_taken");
      expect(await userOf(email)).toEqual(before);
    }
  });
});

describe("an account that was made for somebody who never confirmed it", () => {
  async function made(status: "pending" | "active" = "pending") {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const user = await createUser({
      access: [{ company, role: "agent" }],
      status,
      confirmed: false,
      password: status === "active",
    });
    return { company, owner, user };
  }

  test.each(["pending", "active"] as const)("is not disabled, but suspended: %s", async (status) => {
    const { owner, user } = await made(status);
    const put = (json: object) => call(`/users/${user.id}`, { method: "PUT", json, token: owner.token });
    const { user: shown } = await bodyOf(put({ status: "disabled" }));
    expect(shown.status).toBe("disabled");
    expect((await userOf(user.email)).status).toBe(status);
    const [access] = await rowsOf("SELECT suspended_at FROM user_accesses WHERE user_id = ?", user.id);
    expect(access.suspended_at).not.toBeNull();
    for (const json of [{ first_name: "Eve" }, { phone: "+525512345678" }]) {
      expect((await problemOf(put(json), 403)).code).toBe("forbidden");
    }
    expect((await bodyOf(put({ status: "active" }))).user.status).toBe(status);
  });

  test("lets its person in by an invitation, by a reset and by the link to set a password, though suspended", async () => {
    const { owner, user } = await made();
    await bodyOf(
      call(`/users/${user.id}`, { method: "PUT", json: { status: "disabled" }, token: owner.token }),
    );
    const { code } = await createInvitation(await createCompany(), user.email);
    await bodyOf(post(person({ email: user.email, password: OWN, invitation_code: code })), 201);
    await bodyOf(login(user.email, OWN));
  });

  test("is not made an owner without consent, nor given more where somebody is in it", async () => {
    for (const status of ["pending", "active"] as const) {
      const { company, owner, user } = await made(status);
      const set = (access_id: number) =>
        call(`/users/${user.id}/user_access`, {
          method: "PUT",
          token: owner.token,
          json: { user_accesses: [{ company_id: company.id, access_id }] },
        });
      const { user_accesses: offered } = await bodyOf(set(1));
      expect(offered).toMatchObject([{ access_id: 3 }, { access_id: 1, status: "pending" }]);
      const { user_accesses: raised } = await bodyOf(set(2));
      expect(raised[0]).toMatchObject({ access_id: status === "pending" ? 2 : 3 });
      const { user_accesses: lowered } = await bodyOf(set(4));
      expect(lowered[0]).toMatchObject({ access_id: 4, status: "active" });
    }
  });

  test("is nobody whom a company is left to", async () => {
    const { company, owner } = await made();
    await createUser({ access: [{ company, role: "owner" }], confirmed: false });
    const operator = await createUser({ operator: true });
    const [access] = await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", owner.id);
    const remove = (token: string) =>
      call(`/users/${owner.id}/user_access/${access.id}`, { method: "DELETE", token });
    expect((await problemOf(remove(operator.token), 409)).code).toBe("last_owner");
    await bodyOf(remove(owner.token), 204);
    const query = `/companies?without_owner_since_null=false&id_eq=${company.id}`;
    const { companies } = await bodyOf(call(query, { token: operator.token }));
    expect(companies).toHaveLength(1);
  });
});
