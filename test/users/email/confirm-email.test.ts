import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { EmailConfirmed } from "../../../src/users/schemas.ts";
import { freshToken } from "../../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, PASSWORD } from "../../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../../harness/failing-statement.ts";
import { eventsOf, freshEmail, rowsOf } from "../../harness/people.ts";

const confirm = (token: unknown, more: object = {}, session?: string) =>
  call("/users/confirm_email", {
    method: "PUT",
    json: { token, ...more },
    ...(session && { token: session }),
  });
const emailOf = async (id: number) => (await rowsOf("SELECT email FROM users WHERE id = ?", id))[0].email;
const linksOf = (userId: number) =>
  rowsOf("SELECT * FROM mails WHERE user_id = ? AND kind = 'confirm_email' ORDER BY id", userId);

/** A user who asked for a new address, and the token that went there. */
async function asked({ password = false } = {}) {
  const company = await createCompany();
  const created = await createUser({ access: [{ company, role: "owner" }], password });
  const user = { ...created, token: await freshToken(created) };
  const wanted = freshEmail();
  await bodyOf(call(`/users/${user.id}`, { method: "PUT", token: user.token, json: { email: wanted } }));
  const [mail] = await linksOf(user.id);
  return { user, wanted, mail, token: linkToken(env, "confirm_email", mail.id) };
}

/** Opens a link that must be refused, and makes sure that nothing came of it. */
async function refused(token: unknown, session?: string) {
  const before = await dumpDirectory();
  const { request_id: _, ...problem } = await problemOf(confirm(token, {}, session), 422);
  expect(await dumpDirectory()).toEqual(before);
  return problem;
}

describe("the link", () => {
  test("makes the new address the account's, once", async () => {
    const { user, wanted, token } = await asked({ password: true });
    const before = (await rowsOf("SELECT * FROM users WHERE id = ?", user.id))[0];
    const { user: shown } = EmailConfirmed.parse(await bodyOf(confirm(token, {}, user.token)));
    expect(shown).toMatchObject({ id: user.id, email: wanted, status: "active" });
    expect(shown.primary_company).not.toBeNull();
    const [after] = await rowsOf("SELECT * FROM users WHERE id = ?", user.id);
    expect(after).toEqual({
      ...before,
      email: wanted,
      email_confirmed_at: after.updated_at,
      updated_at: after.updated_at,
    });
    expect((await linksOf(user.id))[0].link_ended_at).not.toBeNull();
    expect((await eventsOf("user", user.id)).at(-1)).toEqual({
      action: "user.email_changed",
      company_id: null,
      actor_id: user.id,
      details: {},
    });

    await bodyOf(call("/users/validate_jwt", { token: user.token }));
    const login = (email: string) =>
      call("/users/login", { method: "POST", json: { email, password: PASSWORD } });
    await problemOf(login(user.email), 401);
    await bodyOf(login(wanted));
    expect(await refused(token)).toMatchObject({ code: "invalid_token" });
  });

  test("does not count any more once a newer one was asked for", async () => {
    const { user, token } = await asked();
    const newer = freshEmail();
    await bodyOf(call(`/users/${user.id}`, { method: "PUT", token: user.token, json: { email: newer } }));
    expect(await refused(token)).toMatchObject({ code: "invalid_token" });
    const [, mail] = await linksOf(user.id);
    await bodyOf(confirm(linkToken(env, "confirm_email", mail.id), {}, user.token));
    expect(await emailOf(user.id)).toBe(newer);
  });

  test("is refused in the same words, whatever is wrong with it", async () => {
    const expired = await asked();
    await env.DIRECTORY.prepare("UPDATE mails SET link_expires_at = ? WHERE id = ?")
      .bind(Date.now() - 1, expired.mail.id)
      .run();
    const disabled = await asked();
    const keeper = await createUser();
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare(
        `INSERT INTO user_accesses (user_id, company_id, access_id, created_at)
         SELECT ?, company_id, 1, 0 FROM user_accesses WHERE user_id = ?`,
      ).bind(keeper.id, disabled.user.id),
      env.DIRECTORY.prepare("UPDATE users SET status = 'disabled' WHERE id = ?").bind(disabled.user.id),
    ]);
    const open = await asked();
    const [notice] = await rowsOf(
      "SELECT id FROM mails WHERE user_id = ? AND kind = 'email_changed'",
      open.user.id,
    );
    const problems = new Map<string, unknown>();
    for (const [what, token] of Object.entries({
      expired: expired.token,
      "of a disabled user": disabled.token,
      "for another purpose": linkToken(env, "reset_password", open.mail.id),
      "to a mail of another kind": linkToken(env, "confirm_email", notice.id),
      "to no mail": linkToken(env, "confirm_email", 999_999),
      "with another's signature": open.token.replace(/^\d+/, String(expired.mail.id)),
      "cut off": open.token.slice(0, -1),
      "no token": "x",
    })) {
      problems.set(what, await refused(token));
    }
    const [first] = problems.values();
    expect(first).toMatchObject({ code: "invalid_token", errors: [{ pointer: "/token" }] });
    for (const [what, problem] of problems) expect(problem, what).toEqual(first);
    await bodyOf(confirm(open.token, {}, open.user.token));
  });

  test("to an address that got an account meanwhile says so, and still counts", async () => {
    const { user, wanted, token } = await asked();
    const other = await createUser({ email: wanted });
    expect(await refused(token, user.token)).toMatchObject({
      code: "email_taken",
      errors: [{ pointer: "/token" }],
    });
    expect(await emailOf(other.id)).toBe(wanted);
    expect(await emailOf(user.id)).toBe(user.email);
  });

  test.each([
    [{}, "/token"],
    [{ token: 5 }, "/token"],
    [{ token: "" }, "/token"],
    [{ token: "x".repeat(129) }, "/token"],
    [{ token: "x", email: "eve@example.test" }, "/email"],
    [{ token: "x", user_id: 1 }, "/user_id"],
  ])("is not read from %j", async (json, pointer) => {
    const problem = await problemOf(call("/users/confirm_email", { method: "PUT", json }), 422);
    expect(problem).toMatchObject({ code: "invalid_body", errors: [{ pointer }] });
  });
});

test("of two who open one link at once, one counts: 20 runs", async () => {
  for (let run = 0; run < 20; run++) {
    const { user, wanted, token } = await asked();
    const answers = await Promise.all([confirm(token, {}, user.token), confirm(token, {}, user.token)]);
    const [won, lost] = answers.sort((x, y) => x.status - y.status) as [Response, Response];
    expect((await bodyOf(won)).user.email).toBe(wanted);
    expect((await problemOf(lost, 422)).code).toBe("invalid_token");
    expect((await eventsOf("user", user.id)).map((event) => event.action)).toEqual([
      "user.email_change_requested",
      "user.email_changed",
    ]);
  }
});

test("a failure at any statement leaves the old address and a link that counts", async () => {
  const { user, wanted, token } = await asked();
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(
    "/users/confirm_email",
    { method: "PUT", json: { token }, token: user.token },
    async (failed) => {
      expect((await problemOf(failed, 500)).code).toBe("internal_error");
      expect(await dumpDirectory()).toEqual(before);
    },
    { RESET_LIMIT: env.REQUEST_LIMIT },
  );
  // Who calls, and the link; two guards, the event, the link that undoes it, address, links, other sessions, the
  // answer with the invitations and their number, and the end of the transaction.
  expect(failures).toBe(18);
  expect((await bodyOf(answer)).user.email).toBe(wanted);
  expect(await emailOf(user.id)).toBe(wanted);
});
