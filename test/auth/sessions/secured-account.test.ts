import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import {
  failuresKey,
  KNOWN_SOURCES_AN_HOUR,
  type KnownSources,
} from "../../../src/auth/sessions/login-failures.ts";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, PASSWORD } from "../../harness/factories.ts";
import { createInvitation, rowsOf } from "../../harness/people.ts";

/** What an account was used from ends to be known with what put all out who were in it. */
const OWN = "nine boats in the harbour";
const HOME = "203.0.113.201";
let elsewhere = 0;

const login = (email: string, password: string, from: string, device_token?: string) =>
  call("/users/login", {
    method: "POST",
    json: { email, password, ...(device_token && { device_token }) },
    headers: { "CF-Connecting-IP": from },
  });

async function linkOf(kind: "reset_password" | "confirm_email", email: string): Promise<string> {
  const [mail] = await rowsOf(
    `INSERT INTO mails (kind, email, user_id, created_at, link_expires_at, queued_at, done_at)
     SELECT ?1, email, id, ?2, ?2 + 60000, ?2, ?2 FROM users WHERE email = ?3 RETURNING id`,
    ...[kind, Date.now(), email],
  );
  return linkToken(env, kind, mail.id);
}

/** As so many tries leave an account that strangers, or those who know its devices, try at. */
const underAttack = (email: string, from?: KnownSources, attempts = 200) =>
  rowsOf(
    "INSERT OR REPLACE INTO login_failures VALUES (?, ?, ?, ?)",
    ...[failuresKey(email, from), attempts, Date.now(), Date.now()],
  );

const PROOFS = {
  async reset_password(email: string) {
    const json = { token: await linkOf("reset_password", email), password: OWN };
    await bodyOf(call("/users/reset_password", { method: "PUT", json }));
  },
  async confirm_email(email: string) {
    const json = { token: await linkOf("confirm_email", email), password: OWN };
    await bodyOf(call("/users/confirm_email", { method: "PUT", json }));
  },
  async code(email: string) {
    const { code } = await createInvitation(await createCompany(), email);
    await bodyOf(post(person({ email, password: OWN, invitation_code: code })), 201);
  },
};

test.each(["reset_password", "confirm_email", "code"] as const)(
  "devices and networks of those before are not known after it: %s",
  async (kind) => {
    const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
    const before = await bodyOf(login(user.email, PASSWORD, HOME));
    await PROOFS[kind](user.email);
    await underAttack(user.email);
    await problemOf(login(user.email, OWN, HOME), 429);
    await problemOf(login(user.email, OWN, `198.51.100.${++elsewhere}`, before.device_token), 429);
  },
);

test("a change of the password leaves the network of its own session known, and no other device", async () => {
  const user = await createUser({ password: true });
  const away = `198.51.100.${++elsewhere}`;
  const stolen = await bodyOf(login(user.email, PASSWORD, away));
  const own = await bodyOf(login(user.email, PASSWORD, HOME));
  const json = { password: OWN, current_password: PASSWORD };
  await bodyOf(call(`/users/${user.id}`, { method: "PUT", json, token: own.token }));
  await underAttack(user.email);
  await problemOf(login(user.email, OWN, away, stolen.device_token), 429);
  await bodyOf(login(user.email, OWN, HOME));
});

test("tries with tokens and tries from known networks count by account, each as the next kind once it is used up", async () => {
  const user = await createUser({ password: true });
  const { device_token: device } = await bodyOf(login(user.email, PASSWORD, HOME));
  const away = () => `198.51.100.${++elsewhere}`;
  const left = () =>
    Promise.all(
      (["devices", "networks", undefined] as const).map(async (from) => {
        const sql = "SELECT failures FROM login_failures WHERE email_hash = ?";
        return (await rowsOf(sql, failuresKey(user.email, from)))[0]?.failures ?? 0;
      }),
    );
  // Somebody in networks of the account uses up what these may try: a token does not need them, nor the others.
  await underAttack(user.email, "networks", KNOWN_SOURCES_AN_HOUR - 1);
  await problemOf(login(user.email, "wrong", HOME), 401);
  await bodyOf(login(user.email, PASSWORD, away(), device));
  await bodyOf(login(user.email, PASSWORD, HOME, device));
  await bodyOf(login(user.email, PASSWORD, HOME));
  expect(await left()).toEqual([0, 100, 0]);
  await problemOf(login(user.email, "wrong", HOME), 401);
  await problemOf(login(user.email, "wrong", HOME, device), 401);
  expect(await left()).toEqual([1, 100, 1]);
  // What devices may try is used up: then they are as good as their network.
  await underAttack(user.email, "devices", KNOWN_SOURCES_AN_HOUR);
  await bodyOf(login(user.email, PASSWORD, HOME, device));
  expect(await left()).toEqual([100, 100, 1]);
  await underAttack(user.email);
  for (const token of [device, undefined]) await problemOf(login(user.email, PASSWORD, HOME, token), 429);
  await PROOFS.reset_password(user.email);
  await bodyOf(login(user.email, OWN, HOME));
});
