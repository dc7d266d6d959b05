import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { Session } from "../../src/sessions/schemas.ts";
import { bodyOf, call, problemOf, requestOf } from "../harness/api.ts";
import { type Around, surround } from "../harness/bindings.ts";
import {
  createCompany,
  createUser,
  PASSWORD,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

let company: TestCompany;
let user: TestUser;
let callers = 0;

/** Signs in from an address of its own, so that no test counts against another's limit. */
function login(json: unknown, address = `198.51.100.${++callers}`): Promise<Response> {
  return call("/users/login", { method: "POST", json, headers: { "CF-Connecting-IP": address } });
}

const rowsOf = async (table: string) =>
  (await env.DIRECTORY.prepare(`SELECT * FROM ${table}`).all<Record<string, unknown>>()).results;

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "agent" }], password: true });
});

describe("the right password", () => {
  test("gives a token that works, and the user as everyone sees them", async () => {
    const before = Date.now();
    const answer = await login({ email: user.email, password: PASSWORD });
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    const body = await bodyOf(answer);
    expect(Session.parse(body).user).toMatchObject({
      id: user.id,
      email: user.email,
      status: "active",
      primary_access: { company_id: company.id, access_id: 3, access_name: "agent" },
      primary_company: { id: company.id, name: company.name, default: true, parent_company_id: null },
    });
    const lifetime = Date.parse(body.expires_at) - before;
    expect(lifetime).toBeGreaterThan(14 * 60_000);
    expect(lifetime).toBeLessThanOrEqual(15 * 60_000 + 1000);
    const checked = await bodyOf(call("/users/validate_jwt", { token: body.token }));
    expect(checked).toEqual({ user: body.user, expires_at: body.expires_at });
  });

  test("gives a refresh token that is kept as its hash alone", async () => {
    const { refresh_token: token, token: access } = await bodyOf(
      login({ email: user.email, password: PASSWORD }),
    );
    expect(token).toMatch(/^[\w-]{43}$/);
    const sessions = await rowsOf("sessions");
    const hash = createHash("sha256").update(token).digest("hex");
    const [row, ...others] = sessions.filter((one) => one.refresh_hash === hash);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ user_id: user.id, used_at: null, revoked_at: null });
    expect(Number(row?.expires_at) - Number(row?.created_at)).toBe(30 * 24 * 60 * 60 * 1000);
    expect(new Set(sessions.map((one) => one.family)).size).toBe(sessions.length);
    expect(JSON.stringify(sessions)).not.toContain(token);
    expect(JSON.stringify(sessions)).not.toContain(access);
  });

  test("opens the account however the e-mail is written", async () => {
    const body = await bodyOf(login({ email: ` ${user.email.toUpperCase()} `, password: PASSWORD }));
    expect(body.user.id).toBe(user.id);
  });
});

describe("a refusal", () => {
  test("is the same for whatever is wrong, and opens no session", async () => {
    const [pending, disabled, passwordless] = [
      await createUser({ status: "pending", password: true }),
      await createUser({ status: "disabled", password: true }),
      await createUser(),
    ];
    const before = await rowsOf("sessions");
    const refusals = new Map<string, unknown>();
    for (const [what, email, password] of [
      ["a wrong password", user.email, "wrong"],
      ["a password with a space too much", user.email, `${PASSWORD} `],
      ["an unknown e-mail", "nobody@example.test", PASSWORD],
      ["a pending user", pending.email, PASSWORD],
      ["a disabled user", disabled.email, PASSWORD],
      ["a user who has no password yet", passwordless.email, PASSWORD],
    ] as const) {
      const answer = await login({ email, password });
      const { request_id: _, ...problem } = await problemOf(answer, 401);
      refusals.set(what, { problem, headers: [...answer.headers.keys()].sort() });
    }
    const [first] = refusals.values();
    expect(first).toMatchObject({ problem: { code: "invalid_credentials" } });
    for (const [what, refusal] of refusals) expect(refusal, what).toEqual(first);
    expect(await rowsOf("sessions")).toEqual(before);
  });

  test.each([
    ["no password", { email: "a@b.test" }, "/password"],
    ["an empty e-mail", { email: "  ", password: "x" }, "/email"],
    ["a password that would take long", { email: "a@b.test", password: "x".repeat(257) }, "/password"],
    ["a field that signs nobody in", { email: "a@b.test", password: "x", operator: true }, "/operator"],
  ])("of %s names the field", async (_, json, pointer) => {
    const problem = await problemOf(login(json), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
    expect(JSON.stringify(problem)).not.toContain("xxxx");
  });
});

test("a failure at any statement opens no session, and leaves the password good", async () => {
  const asked = { method: "POST", json: { email: user.email, password: PASSWORD } };
  const stateOf = async () => {
    const { login_failures: _, ...state } = await dumpDirectory();
    return state;
  };
  const before = await stateOf();
  const { failures, answer } = await failAtEveryStatement("/users/login", asked, async (failed) => {
    await problemOf(failed, 500);
    expect(await stateOf()).toEqual(before);
    await env.DIRECTORY.exec("DELETE FROM login_failures");
  });
  expect(failures).toBeGreaterThan(7);
  const { user: shown } = await bodyOf(answer);
  expect(shown.id).toBe(user.id);
  expect((await rowsOf("audit_events")).at(-1)).toMatchObject({
    action: "session.opened",
    actor_id: user.id,
    company_id: null,
    object_id: (await rowsOf("sessions")).at(-1)?.id,
  });
});

describe("a sign-in that fails", () => {
  const wrong = "seven wrong lamps";
  const eventsAt = async (address: string) =>
    (await rowsOf("audit_events")).filter((one) => one.ip === address);

  test("is told in the trail of the account, whatever its state, and shown to its owner", async () => {
    const [active, disabled] = [
      await createUser({ password: true }),
      await createUser({ password: true, status: "disabled" }),
    ];
    for (const [email, password, userId] of [
      [` ${active.email.toUpperCase()}`, wrong, active.id],
      [disabled.email, PASSWORD, disabled.id],
    ] as const) {
      const address = `203.0.113.${++callers}`;
      await problemOf(login({ email, password }, address), 401);
      expect(await eventsAt(address)).toMatchObject([
        {
          action: "user.sign_in_failed",
          actor_id: null,
          company_id: null,
          object_type: "user",
          object_id: userId,
        },
      ]);
    }
    const { audit_events: shown } = await bodyOf(
      call(`/users/${active.id}/audit_events?action_eq=user.sign_in_failed`, { token: active.token }),
    );
    expect(shown).toMatchObject([{ action: "user.sign_in_failed", actor: null }]);
  });

  test("at an address without an account leaves nothing of it anywhere", async () => {
    const address = `203.0.113.${++callers}`;
    const events = (await rowsOf("audit_events")).length;
    await problemOf(login({ email: "Zacharias@nobody.test", password: wrong }, address), 401);
    expect(await rowsOf("audit_events")).toHaveLength(events);
    const { results: tables } = await env.DIRECTORY.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
    ).all<{ name: string }>();
    for (const { name } of tables) {
      expect(JSON.stringify(await rowsOf(name)).toLowerCase(), name).not.toMatch(
        /zacharias|seven wrong lamps/,
      );
    }
  });

  test("makes the same calls of the directory with and without an account, and both of them write", async () => {
    const known = await createUser({ password: true });
    const costs = await Promise.all(
      [known.email, "nobody-at-all@example.test"].map(async (email) => {
        const calls: { name: string; statements: number }[] = [];
        const around: Around = async ({ binding, name, statements }, call) => {
          const answer = await call();
          if (binding === "DIRECTORY") {
            const written = [answer].flat().some((one) => ((one as D1Result)?.meta?.rows_written ?? 0) > 0);
            calls.push({ name: `${name}${written ? ", writing" : ""}`, statements });
          }
          return answer;
        };
        const bindings = surround(env, around, async () => {});
        const context = createExecutionContext();
        const headers = { "CF-Connecting-IP": `203.0.113.${++callers}` };
        const request = requestOf("/users/login", {
          method: "POST",
          json: { email, password: wrong },
          headers,
        });
        const answer = (await worker.fetch(request as never, bindings, context)) as Response;
        await waitOnExecutionContext(context);
        await problemOf(answer, 401);
        return calls;
      }),
    );
    expect(costs[0]).toEqual(costs[1]);
    expect(costs[0]).toEqual([
      { name: "batch, writing", statements: 3 },
      { name: "batch, writing", statements: 2 },
    ]);
  });
});

describe("a sign-in that is overtaken while the password is checked", () => {
  test.each([
    ["a reset", "UPDATE users SET token_version = token_version + 1 WHERE id = ?"],
    ["a new password", "UPDATE users SET password_hash = password_hash || '=' WHERE id = ?"],
    ["being disabled", "UPDATE users SET status = 'disabled' WHERE id = ?"],
  ])("by %s opens no session", async (_, statement) => {
    const someone = await createUser({ password: true });
    const change = () => env.DIRECTORY.prepare(statement).bind(someone.id).run();
    // The change comes between the sign-in's two transactions.
    const batches: string[] = [];
    const around: Around = async ({ name }, call) => {
      batches.push(name);
      if (batches.length === 2) await change();
      return call();
    };
    const bindings = surround(env, around, async () => {});
    const context = createExecutionContext();
    const asked = { method: "POST", json: { email: someone.email, password: PASSWORD } };
    const request = requestOf("/users/login", asked);
    const answer = (await worker.fetch(request as never, bindings, context)) as Response;
    await waitOnExecutionContext(context);
    expect(await problemOf(answer, 401)).toMatchObject({ code: "invalid_credentials" });
    expect(batches).toEqual(["batch", "batch"]);
    expect((await rowsOf("sessions")).filter((one) => one.user_id === someone.id)).toEqual([]);
  });
});

describe("too many tries", () => {
  const LIMIT = 20;

  test("from one address are refused with when to try again; others are not", async () => {
    const address = "203.0.113.7";
    // A body that is refused costs no hash, and counts all the same.
    const statuses: number[] = [];
    let answer: Response;
    do {
      answer = await login({}, address);
      statuses.push(answer.status);
    } while (answer.status !== 429 && statuses.length < 3 * LIMIT);
    expect((await problemOf(answer, 429)).code).toBe("too_many_requests");
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(statuses.slice(0, LIMIT)).toEqual(Array(LIMIT).fill(422));
    await problemOf(login({}, "203.0.113.8"), 422);
  });
});
