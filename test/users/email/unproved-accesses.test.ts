import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, eventsOf, rowsOf } from "../../harness/people.ts";

/** Accesses that others gave an account before the mailbox of its address answered. */
const OWN = "nine boats in the harbour";

/** An account that the owner of a company made for somebody, with an access there. */
async function made(password?: string) {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const named = [{ company_id: company.id, access_id: 4 }];
  const asked = person({ password, user_accesses_attributes: named });
  const { user } = await bodyOf(post(asked, owner.token), 201);
  return { company, owner, id: user.id as number, email: user.email as string };
}

const accessesOf = (id: number) =>
  rowsOf('SELECT company_id, access_id, "primary" FROM user_accesses WHERE user_id = ? ORDER BY id', id);
const openTo = (email: string) =>
  rowsOf(
    "SELECT id, company_id, access_id, invited_by FROM invitations WHERE email = ? AND accepted_at IS NULL AND revoked_at IS NULL",
    email,
  );

async function mailed(kind: "confirm_email" | "set_password" | "reset_password", email: string) {
  if (kind === "reset_password") {
    // As it is once its sending has found the account.
    await rowsOf(
      `INSERT INTO mails (kind, email, user_id, created_at, link_expires_at, queued_at, done_at)
       SELECT ?1, email, id, ?2, ?2 + 60000, ?2, ?2 FROM users WHERE email = ?3`,
      ...[kind, Date.now(), email],
    );
  }
  const [mail] = await rowsOf(
    "SELECT id FROM mails WHERE kind = ? AND email = ? ORDER BY id DESC LIMIT 1",
    kind,
    email,
  );
  return linkToken(env, kind, mail.id);
}

async function open(kind: "confirm_email" | "set_password" | "reset_password", email: string) {
  const json = { token: await mailed(kind, email), password: OWN };
  const path = kind === "confirm_email" ? "/users/confirm_email" : "/users/reset_password";
  await bodyOf(call(path, { method: "PUT", json }));
}

describe.each(["reset_password", "confirm_email"] as const)("a mailbox that answers by %s", (kind) => {
  test("makes them invitations: the granter manages nothing of the person until they accept", async () => {
    const { company, owner, id, email } = await made("seven lamps on the stairs");
    const [before] = await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", id);
    await open(kind, email);
    expect(await accessesOf(id)).toEqual([]);
    const [offer, ...others] = await openTo(email);
    expect(others).toEqual([]);
    expect(offer).toMatchObject({ company_id: company.id, access_id: 4, invited_by: owner.id });
    for (const json of [{ status: "disabled" }, { first_name: "Eve" }]) {
      await problemOf(call(`/users/${id}`, { method: "PUT", json, token: owner.token }), 404);
    }
    expect((await eventsOf("user_access", before.id)).at(-1)).toMatchObject({
      action: "user_access.removed",
      company_id: company.id,
      actor_id: null,
    });
    expect(await eventsOf("invitation", offer.id)).toMatchObject([{ action: "invitation.created" }]);
    const { token } = await bodyOf(call("/users/login", { method: "POST", json: { email, password: OWN } }));
    await bodyOf(call(`/invitations/${offer.id}/accept`, { method: "POST", token }));
    expect(await accessesOf(id)).toEqual([{ company_id: company.id, access_id: 4, primary: 1 }]);
  });
});

test("the code of another company's invitation makes them invitations, and that company the primary one", async () => {
  const { company, id, email } = await made();
  const real = await createCompany();
  const { code } = await createInvitation(real, email);
  await bodyOf(post(person({ email, password: OWN, invitation_code: code })), 201);
  expect(await accessesOf(id)).toEqual([{ company_id: real.id, access_id: 3, primary: 1 }]);
  expect(await openTo(email)).toMatchObject([{ company_id: company.id, access_id: 4 }]);
});

test("the mail to set a password, or an invitation of the same company, is consent to them", async () => {
  const { company, id, email } = await made();
  await open("set_password", email);
  expect(await accessesOf(id)).toEqual([{ company_id: company.id, access_id: 4, primary: 1 }]);
  const other = await made();
  const { code } = await createInvitation(other.company, other.email);
  await bodyOf(post(person({ email: other.email, password: OWN, invitation_code: code })), 201);
  expect(await accessesOf(other.id)).toEqual([{ company_id: other.company.id, access_id: 3, primary: 1 }]);
  expect(await openTo(other.email)).toEqual([]);
});

test("an open invitation of the company stands, an expired one is replaced", async () => {
  for (const expiresAt of [Date.now() + 60_000, Date.now() - 1]) {
    const { company, id, email } = await made();
    const { id: older } = await createInvitation(company, email, { expiresAt });
    await open("reset_password", email);
    expect(await accessesOf(id)).toEqual([]);
    const [offer, ...others] = await openTo(email);
    expect(others).toEqual([]);
    expect(offer.id === older).toBe(expiresAt > Date.now());
  }
});

test.each(["set_password", "reset_password"] as const)(
  "what the granter may not give any more ends: %s",
  async (kind) => {
    const { owner, id, email } = await made();
    const [access] = await rowsOf("SELECT id FROM user_accesses WHERE user_id = ?", owner.id);
    await bodyOf(
      call(`/users/${owner.id}/user_access/${access.id}`, { method: "DELETE", token: owner.token }),
      204,
    );
    await open(kind, email);
    expect(await accessesOf(id)).toEqual([]);
    expect(await openTo(email)).toEqual([]);
  },
);
