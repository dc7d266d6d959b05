import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { newSession } from "../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

const logout = (token: string) => call("/users/logout", { method: "POST", token });
const refresh = (refresh_token: string) =>
  call("/users/refresh", { method: "POST", json: { refresh_token } });
const eventsOf = async (userId: number) =>
  (
    await env.DIRECTORY.prepare("SELECT * FROM audit_events WHERE actor_id = ? ORDER BY id")
      .bind(userId)
      .all<Record<string, unknown>>()
  ).results;

let user: TestUser;

beforeEach(async () => {
  const company = await createCompany();
  user = await createUser({ access: [{ company, role: "owner" }] });
});

describe("signing out", () => {
  test("ends the session: its access token and its refresh token, from the next request on", async () => {
    const { family, token, refreshToken } = await newSession(user);
    await bodyOf(call("/users/me", { token }));
    const answer = await logout(token);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    for (const path of ["/users/me", "/users/validate_jwt", "/companies", "/import"]) {
      expect(await problemOf(call(path, { token }), 401)).toMatchObject({ code: "unauthorized" });
    }
    expect(await problemOf(refresh(refreshToken), 401)).toMatchObject({ code: "session_ended" });
    await problemOf(logout(token), 401);
    const [event, ...others] = await eventsOf(user.id);
    expect(others).toEqual([]);
    const row = await env.DIRECTORY.prepare("SELECT id FROM sessions WHERE family = ?").bind(family).first();
    expect(event).toMatchObject({
      action: "session.ended",
      company_id: null,
      object_type: "session",
      object_id: row?.id,
    });
  });

  test("ends every token of the session, whichever of its refreshes it came from", async () => {
    const first = await newSession(user);
    const second = await bodyOf(refresh(first.refreshToken));
    const third = await bodyOf(refresh(second.refresh_token));
    await bodyOf(logout(second.token), 204);
    for (const token of [first.token, second.token, third.token]) {
      await problemOf(call("/users/me", { token }), 401);
    }
    await problemOf(refresh(third.refresh_token), 401);
  });

  test("leaves the user's other sessions, and everybody else's", async () => {
    const other = await newSession(user);
    const stranger = await createUser();
    const theirs = await newSession(stranger);
    await bodyOf(logout((await newSession(user)).token), 204);
    for (const { token, refreshToken } of [other, theirs]) {
      await bodyOf(call("/users/me", { token }));
      await bodyOf(refresh(refreshToken));
    }
  });

  test("takes somebody who is signed in", async () => {
    await problemOf(call("/users/logout", { method: "POST" }), 401);
    await problemOf(call("/users/logout", { method: "POST", token: "x.y.z" }), 401);
  });

  test("at once with a refresh leaves no token that counts, 20 times", async () => {
    for (let run = 0; run < 20; run++) {
      const { token, refreshToken, family } = await newSession(user);
      const [out, refreshed] = await Promise.all([logout(token), refresh(refreshToken)]);
      expect(out.status).toBe(204);
      const tokens = [token, ...(refreshed.ok ? [(await bodyOf(refreshed)).token] : [])];
      for (const one of tokens) await problemOf(call("/users/me", { token: one }), 401);
      const rows = await env.DIRECTORY.prepare("SELECT revoked_at FROM sessions WHERE family = ?")
        .bind(family)
        .all();
      for (const row of rows.results) expect(row.revoked_at).not.toBeNull();
    }
  });

  test("that fails at any statement is not done at all", async () => {
    const { token } = await newSession(user);
    const before = await dumpDirectory();
    const { failures, answer } = await failAtEveryStatement(
      "/users/logout",
      { method: "POST", token },
      async (failed) => {
        await problemOf(failed, 500);
        expect(await dumpDirectory()).toEqual(before);
      },
    );
    expect(failures).toBeGreaterThan(3);
    expect(answer.status).toBe(204);
    await problemOf(call("/users/me", { token }), 401);
  });
});

describe("who is signed in", () => {
  test("is shown with an ETag", async () => {
    const answer = await call("/users/me", { token: user.token });
    const tag = answer.headers.get("ETag") ?? "";
    const body = await bodyOf(answer);
    expect(body).toEqual({ user: expect.objectContaining({ id: user.id, email: user.email }) });
    expect(body.user).toEqual((await bodyOf(call("/users/validate_jwt", { token: user.token }))).user);
    const again = await call("/users/me", { token: user.token, headers: { "If-None-Match": tag } });
    expect(again.status).toBe(304);
    await env.DIRECTORY.prepare("UPDATE users SET first_name = 'Renamed' WHERE id = ?").bind(user.id).run();
    const changed = await call("/users/me", { token: user.token, headers: { "If-None-Match": tag } });
    expect((await bodyOf(changed)).user.first_name).toBe("Renamed");
  });

  test("is nobody without a token", async () => {
    await problemOf(call("/users/me"), 401);
  });
});
