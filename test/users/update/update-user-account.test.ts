import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { verifyPassword } from "../../../src/auth/passwords/passwords.ts";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { commit, refuseUnless } from "../../../src/db/directory/commit.ts";
import { hasPassword } from "../../../src/users/update/prove-identity.ts";
import { freshToken, newSession } from "../../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createUser, PASSWORD } from "../../harness/factories.ts";
import { dumpDirectory } from "../../harness/failing-statement.ts";
import { eventsOf, freshEmail, rowsOf } from "../../harness/people.ts";

const NEW_PASSWORD = "seven lamps on the stairs";
const DAY = 24 * 60 * 60 * 1000;

const put = (id: number, json: unknown, token: string) =>
  call(`/users/${id}`, { method: "PUT", json, token });
const signIn = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });
const hashOf = async (id: number) =>
  (await rowsOf("SELECT password_hash FROM users WHERE id = ?", id))[0].password_hash as string;
const mailsOf = (userId: number) => rowsOf("SELECT * FROM mails WHERE user_id = ? ORDER BY id", userId);

describe("a new password", () => {
  test("takes the present one, and ends every other session", async () => {
    const user = await createUser({ password: true });
    const there = await bodyOf(signIn(user.email, PASSWORD));
    await bodyOf(put(user.id, { email: freshEmail() }, there.token));
    const here = await bodyOf(signIn(user.email, PASSWORD));

    const asked = { password: NEW_PASSWORD, current_password: PASSWORD };
    const { user: shown } = await bodyOf(put(user.id, asked, here.token));
    expect(shown).toMatchObject({ id: user.id, status: "active" });
    expect(await verifyPassword(NEW_PASSWORD, await hashOf(user.id))).toBe(true);

    await bodyOf(call("/users/validate_jwt", { token: here.token }));
    await problemOf(call("/users/validate_jwt", { token: there.token }), 401);
    await problemOf(
      call("/users/refresh", { method: "POST", json: { refresh_token: there.refresh_token } }),
      401,
    );
    await bodyOf(call("/users/refresh", { method: "POST", json: { refresh_token: here.refresh_token } }));
    await problemOf(signIn(user.email, PASSWORD), 401);
    await bodyOf(signIn(user.email, NEW_PASSWORD));

    // Someone else with the old password may have asked for another address.
    const [confirmation] = await mailsOf(user.id);
    expect(confirmation).toMatchObject({ kind: "confirm_email", link_ended_at: expect.any(Number) });
    const events = await eventsOf("user", user.id);
    expect(events.at(-2)).toEqual({
      action: "user.password_changed",
      company_id: null,
      actor_id: user.id,
      details: {},
    });
    // The old password was tried once more.
    expect(events.at(-1)?.action).toBe("user.sign_in_failed");
    expect(JSON.stringify(await dumpDirectory())).not.toContain(NEW_PASSWORD);
  });

  test("with a wrong one changes nothing, not even what else is named", async () => {
    const user = await createUser({ password: true });
    const passwordless = await createUser();
    const before = await dumpDirectory();
    for (const [{ id, token }, current_password] of [
      [user, `${PASSWORD}x`],
      [user, PASSWORD.toUpperCase()],
      [passwordless, PASSWORD],
    ] as const) {
      const asked = { first_name: "Eve", password: NEW_PASSWORD, current_password };
      const problem = await problemOf(put(id, asked, token), 422);
      expect(problem).toMatchObject({
        code: "wrong_password",
        errors: [{ pointer: "/current_password", code: "wrong_password" }],
      });
      expect(JSON.stringify(problem)).not.toContain(current_password);
    }
    expect(await dumpDirectory()).toEqual(before);
  });

  test("loses to one that was set while the present one was checked", async () => {
    const user = await createUser({ password: true });
    const other = "nine boats in the harbour";
    const asked = (password: string) => ({ password, current_password: PASSWORD });
    const answers = await Promise.all(
      [NEW_PASSWORD, other].map((password) => put(user.id, asked(password), user.token)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    const lost = answers.find((answer) => answer.status === 422) as Response;
    expect((await problemOf(lost, 422)).errors[0].pointer).toBe("/current_password");
    const won = answers[0]?.status === 200 ? NEW_PASSWORD : other;
    expect(await verifyPassword(won, await hashOf(user.id))).toBe(true);
    const changes = (await eventsOf("user", user.id)).map((event) => event.action);
    expect(changes).toEqual(["user.password_changed"]);
  });

  test("loses to the old address that took the account back while the present one was checked", async () => {
    const { id } = await createUser({ password: true });
    const passwordHash = await hashOf(id);
    await env.DIRECTORY.prepare("UPDATE users SET password_hash = NULL WHERE id = ?").bind(id).run();
    const db = openDirectory(env.DIRECTORY);
    const change = commit(db, [refuseUnless(db, hasPassword({ id, passwordHash }), "wrong_password")]);
    await expect(change).rejects.toMatchObject({ code: "wrong_password" });
  });

  test("is tried no more often than a sign-in, and strangers use none of it up", async () => {
    const user = await createUser({ password: true });
    for (let tries = 0, success = true; success && tries < 60; tries++) {
      ({ success } = await env.LOGIN_LIMIT.limit({ key: `password/${user.id}` }));
    }
    const asked = { password: NEW_PASSWORD, current_password: PASSWORD };
    const problem = await problemOf(put(user.id, asked, user.token), 429);
    expect(problem.code).toBe("too_many_requests");
    expect(await verifyPassword(PASSWORD, await hashOf(user.id))).toBe(true);
  });
});

describe("a new e-mail address", () => {
  test("is asked for by mail, and the present one told; the account stays as it is", async () => {
    const user = await createUser();
    const token = await freshToken(user);
    const before = await rowsOf("SELECT * FROM users");
    const { user: shownBefore } = await bodyOf(call(`/users/${user.id}`, { token: user.token }));
    const wanted = freshEmail();
    const { user: shown } = await bodyOf(put(user.id, { email: wanted.toUpperCase() }, token));
    expect(shown).toEqual(shownBefore);
    expect(await rowsOf("SELECT * FROM users")).toEqual(before);

    const [confirmation, notice, ...others] = await mailsOf(user.id);
    expect(others).toEqual([]);
    expect(confirmation).toMatchObject({ kind: "confirm_email", email: wanted, link_ended_at: null });
    expect(confirmation.link_expires_at - confirmation.created_at).toBe(DAY);
    expect(notice).toMatchObject({ kind: "email_changed", email: user.email, link_ended_at: null });
    expect(notice.link_expires_at - notice.created_at).toBe(7 * DAY);
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.email_change_requested", company_id: null, actor_id: user.id, details: {} },
    ]);
  });

  test("is not changed by an access token alone, later than 5 minutes after the sign-in", async () => {
    const user = await createUser({ password: true });
    const stolen = await newSession(user, Date.now() - 5 * 60_000 - 1000);
    const before = await dumpDirectory();
    const problem = await problemOf(put(user.id, { email: freshEmail() }, stolen.token), 422);
    expect(problem).toMatchObject({
      code: "invalid_body",
      errors: [{ pointer: "/current_password", code: "missing" }],
    });
    const guess = { email: freshEmail(), current_password: "a guess" };
    expect((await problemOf(put(user.id, guess, stolen.token), 422)).code).toBe("wrong_password");
    expect(await dumpDirectory()).toEqual(before);
    await bodyOf(put(user.id, { email: freshEmail(), current_password: PASSWORD }, stolen.token));
    const recent = await newSession(user, Date.now() - 4 * 60_000);
    await bodyOf(put(user.id, { email: freshEmail() }, recent.token));
  });

  test("ends the other sessions once it is confirmed, and not before", async () => {
    const user = await createUser();
    const [here, there] = [await newSession(user), await newSession(user)];
    await bodyOf(put(user.id, { email: freshEmail() }, here.token));
    await bodyOf(call("/users/me", { token: there.token }));
    const [mail] = await mailsOf(user.id);
    const link = { token: linkToken(env, "confirm_email", mail.id) };
    await bodyOf(call("/users/confirm_email", { method: "PUT", json: link, token: here.token }));
    await bodyOf(call("/users/me", { token: here.token }));
    await problemOf(call("/users/me", { token: there.token }), 401);
    const json = { refresh_token: there.refreshToken };
    await problemOf(call("/users/refresh", { method: "POST", json }), 401);
  });

  test("tells nothing to a present one that was never confirmed", async () => {
    const user = await createUser({ confirmed: false });
    await bodyOf(put(user.id, { email: freshEmail() }, await freshToken(user)));
    expect((await mailsOf(user.id)).map(({ kind }) => kind)).toEqual(["confirm_email"]);
  });

  test("takes the place of one that was asked for before", async () => {
    const user = await createUser();
    const token = await freshToken(user);
    await bodyOf(put(user.id, { email: freshEmail() }, token));
    await bodyOf(put(user.id, { email: freshEmail() }, token));
    const links = (await mailsOf(user.id)).filter((mail) => mail.kind === "confirm_email");
    expect(links.map((mail) => mail.link_ended_at)).toEqual([expect.any(Number), null]);
  });

  test("may come with a new password, and its link outlives that", async () => {
    const user = await createUser({ password: true });
    const token = await freshToken(user);
    await bodyOf(put(user.id, { email: freshEmail() }, token));
    const asked = {
      email: freshEmail(),
      password: NEW_PASSWORD,
      current_password: PASSWORD,
      phone: "5512345678",
    };
    const { user: shown } = await bodyOf(put(user.id, asked, token));
    expect(shown).toMatchObject({ email: user.email, phone: "5512345678" });
    const links = (await mailsOf(user.id)).filter((mail) => mail.kind === "confirm_email");
    expect(links.map((mail) => mail.link_ended_at)).toEqual([expect.any(Number), null]);
    expect((await eventsOf("user", user.id)).map((event) => event.action)).toEqual([
      "user.email_change_requested",
      "user.updated",
      "user.password_changed",
      "user.email_change_requested",
    ]);
  });

  test("gets the same answer where it has an account", async () => {
    const [user, other] = [await createUser(), await createUser()];
    const token = await freshToken(user);
    const answers = [];
    for (const email of [other.email, freshEmail()]) {
      const answer = await put(user.id, { email }, token);
      answers.push({ body: await bodyOf(answer), headers: [...answer.headers.keys()].sort() });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(await mailsOf(other.id)).toEqual([]);
  });

  test("may be asked for five times a minute", async () => {
    const user = await createUser();
    const token = await freshToken(user);
    const statuses: number[] = [];
    for (let tries = 0; tries < 15 && !statuses.includes(429); tries++) {
      statuses.push((await put(user.id, { email: freshEmail() }, token)).status);
    }
    expect(statuses.slice(0, 5)).toEqual(Array(5).fill(200));
    expect(statuses.at(-1)).toBe(429);
  });
});
