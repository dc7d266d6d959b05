import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, eventsOf, rowsOf } from "../../harness/people.ts";

const PASSWORD = "seven lamps on the stairs";

const confirm = (token: string, session?: string) =>
  call("/users/confirm_email", { method: "PUT", json: { token }, ...(session && { token: session }) });
const mailsTo = (email: string) => rowsOf("SELECT * FROM mails WHERE email = ? ORDER BY id", email);

/** Somebody who signed up, and is signed in. */
async function signedUp() {
  const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
  const json = { email: user.email, password: PASSWORD };
  const { token } = await bodyOf(call("/users/login", { method: "POST", json }));
  return { ...user, token };
}

describe("an address", () => {
  test("is confirmed by the link that came with the sign-up, once", async () => {
    const user = await signedUp();
    expect(user.email_confirmed_at).toBeNull();
    const [mail] = await mailsTo(user.email);
    const token = linkToken(env, "confirm_email", mail.id);
    const { user: shown } = await bodyOf(confirm(token, user.token));
    expect(Math.abs(Date.parse(shown.email_confirmed_at) - Date.now())).toBeLessThan(60_000);
    expect((await bodyOf(call("/users/me", { token: user.token }))).user).toEqual(shown);
    expect((await eventsOf("user", user.id)).map(({ action }) => action)).toEqual([
      "user.created",
      "user.email_confirmed",
    ]);
    await problemOf(confirm(token), 422);
  });

  test("is confirmed by the link that is asked for again, and so by the first one", async () => {
    for (const which of [0, 1]) {
      const user = await signedUp();
      await bodyOf(call("/users/confirm_email", { method: "POST", token: user.token }));
      const mails = await mailsTo(user.email);
      expect(mails).toHaveLength(2);
      await bodyOf(confirm(linkToken(env, "confirm_email", mails[which].id), user.token));
      // Nothing more is mailed then.
      await bodyOf(call("/users/confirm_email", { method: "POST", token: user.token }));
      expect(await mailsTo(user.email)).toHaveLength(2);
    }
  });

  test("is confirmed by setting a password with a mailed link", async () => {
    const { user } = await bodyOf(post(person()), 201);
    const [mail] = await mailsTo(user.email);
    const json = { token: linkToken(env, "set_password", mail.id), password: PASSWORD };
    await bodyOf(call("/users/reset_password", { method: "PUT", json }));
    const [row] = await rowsOf("SELECT email_confirmed_at FROM users WHERE id = ?", user.id);
    expect(row.email_confirmed_at).not.toBeNull();
  });

  test("is confirmed by the code of an invitation that was mailed to it", async () => {
    const asked = person({ password: PASSWORD });
    const { code } = await createInvitation(await createCompany(), asked.email);
    const { user } = await bodyOf(post({ ...asked, invitation_code: code }), 201);
    expect(user.email_confirmed_at).not.toBeNull();
    expect((await mailsTo(asked.email)).map(({ kind }) => kind)).not.toContain("confirm_email");
  });
});

test("a stranger who signs up with somebody's address reads nothing of their invitations", async () => {
  const victim = person({ password: PASSWORD });
  const company = await createCompany();
  await createInvitation(company, victim.email);
  const { user } = await bodyOf(post(victim), 201);
  const json = { email: user.email, password: PASSWORD };
  const { token } = await bodyOf(call("/users/login", { method: "POST", json }));
  const pending = await call("/invitations/pending", { token });
  expect(await pending.text()).not.toContain(company.name);
  const [mail] = await mailsTo(user.email);
  await bodyOf(confirm(linkToken(env, "confirm_email", mail.id), token));
  const { invitations } = await bodyOf(call("/invitations/pending", { token }));
  expect(invitations).toHaveLength(1);
});

test("an account that proved nothing causes a few mails, and none to a second stranger", async () => {
  const user = await signedUp();
  const ask = (email: string) =>
    call(`/users/${user.id}`, { method: "PUT", token: user.token, json: { email } });
  for (let asked = 0; asked < 4; asked++) {
    await bodyOf(call("/users/confirm_email", { method: "POST", token: user.token }));
  }
  // That of the sign-up, and three that were asked for.
  expect(await mailsTo(user.email)).toHaveLength(4);
  const [corrected, next] = [person().email, person().email];
  await bodyOf(ask(corrected));
  for (const email of [next, corrected]) {
    expect((await problemOf(ask(email), 429)).code).toBe("too_many_requests");
  }
  expect(await mailsTo(next)).toEqual([]);
  expect(await mailsTo(corrected)).toHaveLength(1);
});

test("no mail goes out in the name of a fresh account that proved nothing", async () => {
  const user = await signedUp();
  const own = { name: "Buy at evil.example" };
  const { company } = await bodyOf(call("/companies", { method: "POST", token: user.token, json: own }), 201);
  const target = person().email;
  const offer = { email: target, company_id: company.id, access_id: 4 };
  const refused = call("/invitations", { method: "POST", token: user.token, json: offer });
  expect((await problemOf(refused, 403)).code).toBe("email_not_confirmed");
  expect(await mailsTo(target)).toEqual([]);
});

test("those who were users before count as confirmed, and the pending ones by their link", async () => {
  const { id } = await createUser({ confirmed: false });
  const { id: pending } = await createUser({ confirmed: false, status: "pending" });
  const marking = env.DIRECTORY_MIGRATIONS.flatMap(({ queries }) => queries).find((one) =>
    /UPDATE users SET email_confirmed_at/.test(one),
  );
  await env.DIRECTORY.prepare(marking ?? "").run();
  const rows = await rowsOf("SELECT id, email_confirmed_at FROM users WHERE id IN (?, ?)", id, pending);
  expect(rows.map((row) => row.email_confirmed_at !== null)).toEqual([true, false]);
});
