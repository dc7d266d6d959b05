import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createRefreshToken } from "../../src/auth/sessions/sessions.ts";
import { Session } from "../../src/sessions/schemas.ts";
import { newSession } from "../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

const DAY = 24 * 60 * 60 * 1000;
/** A user with a session. */
async function signedIn(openedAt?: number) {
  const user = await createUser();
  return { user, ...(await newSession(user, openedAt)) };
}

const refresh = (refresh_token: unknown, headers: Record<string, string> = {}) =>
  call("/users/refresh", { method: "POST", json: { refresh_token }, headers });
/** Lets the time pass within which a token may be repeated. */
const halfAMinuteLater = (family: string) =>
  env.DIRECTORY.prepare("UPDATE sessions SET used_at = used_at - 31000 WHERE family = ?").bind(family).run();
const isSignedIn = async (token: string) => (await call("/users/me", { token })).status === 200;
const rowsOf = async (family: string) =>
  (
    await env.DIRECTORY.prepare("SELECT * FROM sessions WHERE family = ? ORDER BY id")
      .bind(family)
      .all<{ refresh_hash: string; used_at: number | null; revoked_at: number | null; expires_at: number }>()
  ).results;
const eventsOf = async (action: string, userId: number) =>
  (
    await env.DIRECTORY.prepare(
      "SELECT * FROM audit_events WHERE action = ? AND (actor_id = ? OR details ->> 'user_id' = ?)",
    )
      .bind(action, userId, userId)
      .all<Record<string, unknown>>()
  ).results;

const ENDED = { code: "session_ended", detail: "Sign in again." };

describe("a refresh token", () => {
  test("gives a session that goes on: a token that works, and the next refresh token", async () => {
    const { user, family, refreshToken } = await signedIn();
    const before = Date.now();
    const body = Session.parse(await bodyOf(refresh(refreshToken)));
    expect(body.user.id).toBe(user.id);
    expect(body.refresh_token).not.toBe(refreshToken);
    expect(Date.parse(body.expires_at) - before).toBeGreaterThan(14 * 60_000);
    expect(await isSignedIn(body.token)).toBe(true);
    const [first, second, ...others] = await rowsOf(family);
    expect(others).toEqual([]);
    expect(first?.used_at).toBeGreaterThanOrEqual(before);
    expect(second).toMatchObject({
      refresh_hash: createHash("sha256")
        .update(body.refresh_token ?? "")
        .digest("hex"),
      used_at: null,
      revoked_at: null,
    });
    expect((second?.expires_at ?? 0) - before).toBeGreaterThanOrEqual(30 * DAY);
    expect(JSON.stringify(await rowsOf(family))).not.toContain(body.refresh_token);
  });

  test("goes on from one to the next, as long as each is used once", async () => {
    let { refreshToken } = await signedIn();
    const seen = new Set([refreshToken]);
    for (let turn = 0; turn < 5; turn++) {
      const body = await bodyOf(refresh(refreshToken));
      expect(seen.has(body.refresh_token)).toBe(false);
      seen.add(body.refresh_token);
      refreshToken = body.refresh_token;
    }
  });

  test("of a sign-in works", async () => {
    const user = await createUser({ password: true });
    const json = { email: user.email, password: PASSWORD };
    const opened = await bodyOf(call("/users/login", { method: "POST", json }));
    expect((await bodyOf(refresh(opened.refresh_token))).user).toEqual(opened.user);
  });

  test("that comes a second time ends the session for both who hold it", async () => {
    const { user, family, refreshToken, token } = await signedIn();
    const theirs = await bodyOf(refresh(refreshToken));
    await halfAMinuteLater(family);
    expect(await problemOf(refresh(refreshToken), 401)).toMatchObject(ENDED);
    for (const row of await rowsOf(family)) expect(row.revoked_at).not.toBeNull();
    for (const access of [token, theirs.token]) expect(await isSignedIn(access)).toBe(false);
    expect(await problemOf(refresh(theirs.refresh_token), 401)).toMatchObject(ENDED);
    expect(await eventsOf("session.reused", user.id)).toMatchObject([
      { actor_id: null, company_id: null, object_type: "session" },
    ]);
    // A third time is news to nobody.
    await problemOf(refresh(refreshToken), 401);
    expect(await eventsOf("session.reused", user.id)).toHaveLength(1);
  });

  test("that was used long ago ends the session all the same", async () => {
    const { refreshToken } = await signedIn();
    const second = await bodyOf(refresh(refreshToken));
    const third = await bodyOf(refresh(second.refresh_token));
    await problemOf(refresh(refreshToken), 401);
    expect(await isSignedIn(third.token)).toBe(false);
    await problemOf(refresh(third.refresh_token), 401);
  });

  test("ends no session but its own", async () => {
    const one = await signedIn();
    const other = await newSession(one.user);
    await bodyOf(refresh(one.refreshToken));
    await halfAMinuteLater(one.family);
    await problemOf(refresh(one.refreshToken), 401);
    await bodyOf(refresh(other.refreshToken));
  });
});

describe("no session is given for", () => {
  const refused = async (token: string) => {
    const before = await dumpDirectory();
    expect(await problemOf(refresh(token), 401)).toMatchObject(ENDED);
    expect(await dumpDirectory()).toEqual(before);
  };

  test("a token that nobody was given", () => refused(createRefreshToken()));

  test("a token that has expired", async () => {
    await refused((await signedIn(Date.now() - 30 * DAY)).refreshToken);
    await bodyOf(refresh((await signedIn(Date.now() - 30 * DAY + 60_000)).refreshToken));
  });

  test("a token of a session that was ended", async () => {
    const { family, refreshToken } = await signedIn();
    await env.DIRECTORY.prepare("UPDATE sessions SET revoked_at = 1 WHERE family = ?").bind(family).run();
    await refused(refreshToken);
  });

  test.each(["disabled", "pending"])("a user who is %s", async (status) => {
    const { user, refreshToken } = await signedIn();
    await env.DIRECTORY.prepare("UPDATE users SET status = ? WHERE id = ?").bind(status, user.id).run();
    await refused(refreshToken);
  });

  test.each([
    ["no token", {}, "/refresh_token"],
    ["an access token", { refresh_token: "a.b.c" }, "/refresh_token"],
    ["a number", { refresh_token: 1 }, "/refresh_token"],
    ["a field that is not known", { refresh_token: "A".repeat(43), user_id: 1 }, "/user_id"],
  ])("%s", async (_, json, pointer) => {
    const problem = await problemOf(call("/users/refresh", { method: "POST", json }), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });
});

describe("a refresh token that comes again within 30 seconds", () => {
  test("gets the same next one, as often as its answer is lost, and the session goes on", async () => {
    const { user, family, refreshToken } = await signedIn();
    const answers = [];
    for (let time = 0; time < 3; time++) answers.push(await bodyOf(refresh(refreshToken)));
    expect(new Set(answers.map((one) => one.refresh_token)).size).toBe(1);
    for (const { token } of answers) expect(await isSignedIn(token)).toBe(true);
    expect(await rowsOf(family)).toHaveLength(2);
    await bodyOf(refresh(answers[0].refresh_token));
    expect(await eventsOf("session.reused", user.id)).toEqual([]);
  });

  test("from two tabs at once keeps both of them signed in, 30 times", async () => {
    for (let run = 0; run < 30; run++) {
      const { family, refreshToken } = await signedIn();
      const [one, other] = await Promise.all(
        [1, 2].map(async () => bodyOf(refresh(refreshToken, { "User-Agent": "Browser/1" }))),
      );
      expect(other.refresh_token).toBe(one.refresh_token);
      for (const { token } of [one, other]) expect(await isSignedIn(token)).toBe(true);
      const rows = await rowsOf(family);
      expect(rows.map((row) => [row.used_at !== null, row.revoked_at])).toEqual([
        [true, null],
        [false, null],
      ]);
      await bodyOf(refresh(one.refresh_token, { "User-Agent": "Browser/1" }));
    }
  });

  test("from another client ends the session", async () => {
    const { user, refreshToken } = await signedIn();
    const theirs = await bodyOf(refresh(refreshToken, { "User-Agent": "Browser/1" }));
    await problemOf(refresh(refreshToken, { "User-Agent": "curl/8" }), 401);
    expect(await isSignedIn(theirs.token)).toBe(false);
    expect(await eventsOf("session.reused", user.id)).toHaveLength(1);
  });

  test("after the next one was used ends the session", async () => {
    const { refreshToken } = await signedIn();
    const second = await bodyOf(refresh(refreshToken));
    const third = await bodyOf(refresh(second.refresh_token));
    await problemOf(refresh(refreshToken), 401);
    expect(await isSignedIn(third.token)).toBe(false);
  });

  test("after half a minute ends the session: 31 s, and not 29", async () => {
    for (const [seconds, status] of [
      [29, 200],
      [31, 401],
    ] as const) {
      const { family, refreshToken } = await signedIn();
      await bodyOf(refresh(refreshToken));
      await env.DIRECTORY.prepare("UPDATE sessions SET used_at = used_at - ? WHERE family = ?")
        .bind(seconds * 1000, family)
        .run();
      expect((await refresh(refreshToken)).status).toBe(status);
    }
  });

  test("is refused to a user who was disabled meanwhile", async () => {
    const { user, refreshToken } = await signedIn();
    await bodyOf(refresh(refreshToken));
    await env.DIRECTORY.prepare("UPDATE users SET status = 'disabled' WHERE id = ?").bind(user.id).run();
    await problemOf(refresh(refreshToken), 401);
  });
});

describe("a session ends", () => {
  test("90 days after the sign-in, however often it is refreshed", async () => {
    let { family, refreshToken } = await signedIn(Date.now() - 20 * DAY);
    const signedInAt = async (daysAgo: number) =>
      env.DIRECTORY.prepare("UPDATE sessions SET signed_in_at = ? WHERE family = ?")
        .bind(Date.now() - daysAgo * DAY, family)
        .run();
    for (const daysAgo of [20, 45, 70, 89]) {
      await signedInAt(daysAgo);
      ({ refresh_token: refreshToken } = await bodyOf(refresh(refreshToken)));
    }
    const last = (await rowsOf(family)).at(-1);
    expect((last?.expires_at ?? 0) - Date.now()).toBeLessThan(1.1 * DAY);
    expect((last?.expires_at ?? 0) - Date.now()).toBeGreaterThan(0.9 * DAY);
    await env.DIRECTORY.prepare("UPDATE sessions SET expires_at = ? WHERE family = ?")
      .bind(Date.now() - 1, family)
      .run();
    await problemOf(refresh(refreshToken), 401);
  });
});

describe("a failure at any statement", () => {
  const failing = async (token: string) => {
    const before = await dumpDirectory();
    const asked = { method: "POST", json: { refresh_token: token } };
    const { failures, answer } = await failAtEveryStatement("/users/refresh", asked, async (failed) => {
      await problemOf(failed, 500);
      expect(await dumpDirectory()).toEqual(before);
    });
    expect(failures).toBeGreaterThan(6);
    return answer;
  };

  test("leaves the session as it was, and the token good", async () => {
    const { family, refreshToken } = await signedIn();
    await bodyOf(await failing(refreshToken));
    expect(await rowsOf(family)).toHaveLength(2);
  });

  test("of a reuse leaves the session as it was, until one ends it", async () => {
    const { user, family, refreshToken } = await signedIn();
    const { token } = await bodyOf(refresh(refreshToken));
    await halfAMinuteLater(family);
    await problemOf(await failing(refreshToken), 401);
    expect(await isSignedIn(token)).toBe(false);
    expect(await eventsOf("session.reused", user.id)).toHaveLength(1);
  });
});
