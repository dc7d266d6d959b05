import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createUser, PASSWORD } from "../../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../../harness/failing-statement.ts";
import { eventsOf, freshEmail, rowsOf } from "../../harness/people.ts";

const DAY = 24 * 60 * 60 * 1000;
const NEW_PASSWORD = "seven lamps on the stairs";

const undo = (token: unknown) => call("/users/undo_email_change", { method: "PUT", json: { token } });
const confirm = (link: string, token: string) =>
  call("/users/confirm_email", { method: "PUT", json: { token: link }, token });
const login = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });
const emailOf = async (id: number) => (await rowsOf("SELECT email FROM users WHERE id = ?", id))[0].email;

/** Asks for a new address. @returns the tokens that go to the new and to the old one. */
async function change(userId: number, token: string, email: string) {
  const asked = { email, current_password: PASSWORD };
  await bodyOf(call(`/users/${userId}`, { method: "PUT", token, json: asked }));
  const mails = await rowsOf("SELECT * FROM mails WHERE user_id = ? ORDER BY id DESC LIMIT 2", userId);
  const [notice, asking] = ["email_changed", "confirm_email"].map((kind) =>
    mails.find((mail) => mail.kind === kind),
  );
  expect(asking.kind).toBe("confirm_email");
  return {
    notice,
    toNew: linkToken(env, "confirm_email", asking.id),
    toOld: linkToken(env, "email_changed", notice.id),
  };
}

/** An account that somebody who knows its password has taken to another address. */
async function takenOver() {
  const user = await createUser({ password: true });
  const thief = await bodyOf(login(user.email, PASSWORD));
  const wanted = freshEmail();
  const links = await change(user.id, thief.token, wanted);
  await bodyOf(confirm(links.toNew, thief.token));
  expect(await emailOf(user.id)).toBe(wanted);
  return { user, thief, wanted, ...links };
}

describe("the old address", () => {
  test("has the account back: every session and the password end, and a link to set another is mailed", async () => {
    const { user, thief, wanted, toOld } = await takenOver();
    const changed = { password: NEW_PASSWORD, current_password: PASSWORD };
    await bodyOf(call(`/users/${user.id}`, { method: "PUT", token: thief.token, json: changed }));
    await bodyOf(undo(toOld));
    expect(await emailOf(user.id)).toBe(user.email);
    await problemOf(call("/users/me", { token: thief.token }), 401);
    await problemOf(
      call("/users/refresh", { method: "POST", json: { refresh_token: thief.refresh_token } }),
      401,
    );
    for (const email of [user.email, wanted]) {
      for (const password of [PASSWORD, NEW_PASSWORD]) await problemOf(login(email, password), 401);
    }
    const [mail] = await rowsOf("SELECT * FROM mails WHERE email = ? ORDER BY id DESC LIMIT 1", user.email);
    expect(mail).toMatchObject({ kind: "reset_password", link_ended_at: null });
    await expect
      .poll(async () => (await rowsOf("SELECT user_id FROM mails WHERE id = ?", mail.id))[0].user_id)
      .toBe(user.id);
    const json = { token: linkToken(env, "reset_password", mail.id), password: "nine boats in the harbour" };
    await bodyOf(call("/users/reset_password", { method: "PUT", json }));
    await bodyOf(login(user.email, json.password));
    expect((await eventsOf("user", user.id)).map(({ action }) => action)).toContain(
      "user.email_change_undone",
    );
  });

  test("keeps a change from happening", async () => {
    const user = await createUser({ password: true });
    const { token } = await bodyOf(login(user.email, PASSWORD));
    const { toNew, toOld } = await change(user.id, token, freshEmail());
    await bodyOf(undo(toOld));
    await problemOf(call("/users/confirm_email", { method: "PUT", json: { token: toNew } }), 422);
    expect(await emailOf(user.id)).toBe(user.email);
    await problemOf(call("/users/me", { token }), 401);
  });

  test("can do so for 7 days after the change, and once", async () => {
    const { notice, toOld } = await takenOver();
    const [row] = await rowsOf("SELECT link_expires_at FROM mails WHERE id = ?", notice.id);
    expect(Math.abs(row.link_expires_at - Date.now() - 7 * DAY)).toBeLessThan(60_000);
    await env.DIRECTORY.prepare("UPDATE mails SET link_expires_at = ? WHERE id = ?")
      .bind(Date.now() - 1, notice.id)
      .run();
    expect((await problemOf(undo(toOld), 422)).code).toBe("invalid_token");
    const other = await takenOver();
    await bodyOf(undo(other.toOld));
    await problemOf(undo(other.toOld), 422);
  });

  test("comes before those that came after it, which cannot undo its undoing", async () => {
    const { user, thief, toOld } = await takenOver();
    const second = await change(user.id, thief.token, freshEmail());
    await bodyOf(confirm(second.toNew, thief.token));
    // The thief has the address in the middle back: the first one still has its link.
    const [before] = await rowsOf("SELECT email FROM users WHERE id = ?", user.id);
    expect(before.email).not.toBe(user.email);
    await bodyOf(undo(second.toOld));
    await bodyOf(undo(toOld));
    expect(await emailOf(user.id)).toBe(user.email);
  });

  test("cannot be taken by another account as long as it can have the account back", async () => {
    const { user, toOld } = await takenOver();
    const taken = await problemOf(post(person({ email: user.email })), 422);
    expect(taken.code).toBe("email_taken");
    const other = await createUser({ password: true });
    const { token } = await bodyOf(login(other.email, PASSWORD));
    const { toNew } = await change(other.id, token, user.email);
    expect((await problemOf(confirm(toNew, token), 422)).code).toBe("email_taken");
    await bodyOf(undo(toOld));
    expect(await emailOf(user.id)).toBe(user.email);
  });

  test("has it back although the account was disabled meanwhile, which it stays", async () => {
    const { user, toOld } = await takenOver();
    const operator = await createUser({ operator: true });
    const json = { status: "disabled" };
    await bodyOf(call(`/users/${user.id}`, { method: "PUT", token: operator.token, json }));
    await bodyOf(undo(toOld));
    expect(await rowsOf("SELECT email, status FROM users WHERE id = ?", user.id)).toEqual([
      { email: user.email, status: "disabled" },
    ]);
  });
});

test("a link of another purpose undoes nothing", async () => {
  const { user, wanted, notice, toNew } = await takenOver();
  const before = await dumpDirectory();
  for (const token of [
    toNew,
    linkToken(env, "confirm_email", notice.id),
    linkToken(env, "email_changed", notice.id - 1),
    linkToken(env, "email_changed", 999_999),
    "x",
  ]) {
    expect((await problemOf(undo(token), 422)).code).toBe("invalid_token");
  }
  expect(await dumpDirectory()).toEqual(before);
  expect(await emailOf(user.id)).toBe(wanted);
});

test("a failure at any statement undoes nothing, and leaves the link good", async () => {
  const { user, wanted, toOld } = await takenOver();
  const { failures, answer } = await failAtEveryStatement(
    "/users/undo_email_change",
    { method: "PUT", json: { token: toOld } },
    async (failed) => {
      await problemOf(failed, 500);
      expect(await emailOf(user.id)).toBe(wanted);
    },
  );
  expect(failures).toBeGreaterThan(6);
  await bodyOf(answer);
  expect(await emailOf(user.id)).toBe(user.email);
});
