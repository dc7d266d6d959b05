import { createExecutionContext, env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { ORIGIN } from "../harness/api.ts";
import { type Around, surround } from "../harness/bindings.ts";
import { D1_TROUBLE, inTrouble } from "../harness/databases/sick-database.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";

const HEALTH_KEY = "a-key-of-the-monitor";
const HOUR = 60 * 60 * 1000;

/** An environment that no request has asked yet, with calls of its bindings going through `around`. */
function environment(around: Around = (_, call) => call(), differs: Record<string, unknown> = {}): Env {
  const queues = Object.fromEntries(Object.entries(env).filter(([, binding]) => Object(binding).metrics));
  return { ...surround(env, around, async () => {}), ...queues, HEALTH_KEY, ...differs };
}

/** Trouble for one binding. */
const sick =
  (name: string, message: string | null): Around =>
  (operation, call) =>
    operation.binding === name ? inTrouble({ message, tookEffect: false }, call) : call();

async function ask(bindings: Env, token?: string) {
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const request = new Request(`${ORIGIN}/health/ready`, { headers });
  const answer = await worker.fetch(request, bindings, createExecutionContext());
  const body = await answer.json<{
    status: string;
    checks: {
      name: string;
      status: string;
      ms: number;
      reason?: string;
      details?: Record<string, unknown>;
    }[];
  }>();
  const of = (name: string) => body.checks.find((check) => check.name === name);
  const troubled = body.checks
    .filter(({ status }) => status !== "ok")
    .map(({ name, reason }) => [name, reason]);
  return { answer, body, of, troubled };
}

let company: TestCompany;
let owner: TestUser;
beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

describe("where everything answers", () => {
  test("it is ready: each binding is named, with its time and nothing else", async () => {
    const answer = await SELF.fetch(`${ORIGIN}/health/ready`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const check = (name: string) => ({ name, status: "ok", ms: expect.any(Number) });
    expect(await answer.json()).toEqual({
      status: "ready",
      checked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      checks: [
        "configuration",
        "directory",
        "leads_0",
        "leads_1",
        "files",
        "queue_imports",
        "queue_undos",
        "queue_index",
        "queue_erasures",
        "queue_mails",
        "queue_webhooks",
      ].map(check),
    });
  });

  test("figures are for the key of the monitor and for operators", async () => {
    const operator = await createUser({ operator: true });
    const bindings = environment();
    for (const token of [HEALTH_KEY, operator.token]) {
      const { of } = await ask(bindings, token);
      expect(of("directory")?.details).toEqual({
        bytes: expect.any(Number),
        bytes_at_most: 10_000_000_000,
        mails_waiting: expect.any(Number),
        oldest_mail_at: null,
      });
      expect(of("directory")?.details?.bytes).toBeGreaterThan(10_000);
      expect(of("leads_0")?.details).toMatchObject({ imports_unfinished: 0, oldest_import_at: null });
      expect(of("queue_imports")?.details).toEqual({ backlog: expect.any(Number), oldest_message_at: null });
    }
    for (const token of [owner.token, "wrong", "", `${HEALTH_KEY}x`]) {
      const { answer, body } = await ask(bindings, token);
      expect(answer.status).toBe(200);
      expect(body.checks.every((check) => check.details === undefined)).toBe(true);
    }
    const withoutKey = environment(undefined, { HEALTH_KEY: "" });
    expect((await ask(withoutKey, "")).body.checks.every(({ details }) => details === undefined)).toBe(true);
  });

  test("a hundred requests ask each binding once, at the same time or one after the other", async () => {
    const calls = new Map<string, number>();
    const bindings = environment(async ({ binding }, call) => {
      calls.set(binding, (calls.get(binding) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return call();
    });
    await Promise.all(Array.from({ length: 50 }, () => ask(bindings)));
    for (let n = 0; n < 50; n++) await ask(bindings);
    expect([...calls]).toEqual([
      ["DIRECTORY", 1],
      ["LEADS_0", 1],
      ["LEADS_1", 1],
      ["FILES", 1],
    ]);
  });
});

describe("where something does not answer", () => {
  test.each([
    ["DIRECTORY", "directory"],
    ["LEADS_0", "leads_0"],
    ["LEADS_1", "leads_1"],
    ["FILES", "files"],
  ])("it is a 503 that names %s, and the others are asked all the same", async (binding, name) => {
    const { answer, body, troubled, of } = await ask(environment(sick(binding, D1_TROUBLE[0])), HEALTH_KEY);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("10");
    expect(body.status).toBe("unavailable");
    expect(troubled).toEqual([[name, "unavailable"]]);
    expect(of(name)?.details).toEqual({ error: D1_TROUBLE[0] });
  });

  test("one that hangs is a timeout, and the answer comes within five seconds", async () => {
    const startedAt = Date.now();
    const { troubled, of } = await ask(environment(sick("LEADS_1", null)));
    expect(troubled).toEqual([["leads_1", "timeout"]]);
    expect(of("leads_1")?.details).toBeUndefined();
    // It would hang forever; a busy machine may be late with its timers.
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(of("leads_1")?.ms).toBeLessThan(60_000);
  });

  test("a queue that does not answer is named", async () => {
    const MAILS = {
      metrics: async () => Promise.reject(new Error("Queue is overloaded")),
      send: async () => {},
    };
    expect((await ask(environment(undefined, { MAILS }))).troubled).toEqual([["queue_mails", "unavailable"]]);
  });

  test.each([
    ["JWT_SIGNING_KEY", ""],
    ["JWT_SIGNING_KEY", '{"kid":"a secret'],
    ["LINK_KEY", ""],
    ["LINK_KEY", undefined],
    ["MAIL_FROM", "nobody"],
    ["APP_URL", ""],
  ])("%s that is %j is named, and nothing of it is told", async (name, value) => {
    const { answer, troubled, body } = await ask(environment(undefined, { [name]: value }), HEALTH_KEY);
    expect(answer.status).toBe(503);
    expect(troubled).toEqual([["configuration", "misconfigured"]]);
    expect(JSON.stringify(body)).not.toContain("a secret");
  });

  test.each([
    ["DIRECTORY", "directory"],
    ["LEADS_0", "leads_0"],
  ] as const)("a Worker that came before the migrations of %s is not ready", async (binding, name) => {
    const { results } = await env[binding]
      .prepare("SELECT * FROM d1_migrations ORDER BY id DESC LIMIT 1")
      .all();
    const [last] = results as [{ id: number; name: string; applied_at: string }];
    await env[binding].prepare("DELETE FROM d1_migrations WHERE id = ?").bind(last.id).run();
    const { answer, troubled, of } = await ask(environment(), HEALTH_KEY);
    await env[binding]
      .prepare("INSERT INTO d1_migrations VALUES (?, ?, ?)")
      .bind(...Object.values(last))
      .run();
    expect(answer.status).toBe(503);
    expect(troubled).toEqual([[name, "migrations_missing"]]);
    expect(of(name)?.details).toEqual({ error: `${last.name} is not applied` });
    expect((await ask(environment())).body.status).toBe("ready");
  });

  test("a database without any table lacks its migrations", async () => {
    const none = "D1_ERROR: no such table: d1_migrations: SQLITE_ERROR";
    expect((await ask(environment(sick("LEADS_1", none)))).troubled).toEqual([
      ["leads_1", "migrations_missing"],
    ]);
  });
});

describe("where somebody should look", () => {
  test("a store that is nearly full is a warning, and it goes on", async () => {
    const full: Around = async ({ binding }, call) => {
      const result = await call();
      const first = binding === "LEADS_0" && (result as D1Result[])[0];
      if (first) first.meta.size_after = 9_500_000_000;
      return result;
    };
    const { answer, body, troubled } = await ask(environment(full));
    expect([answer.status, body.status, troubled]).toEqual([200, "degraded", [["leads_0", "nearly_full"]]]);
  });

  test("an import that does not move is one, where others wait and move as well", async () => {
    const at = Date.now() - HOUR;
    const stuck = await createImportRow(company, owner, { status: 1, createdAt: at, movedAt: at });
    await createImportRow(company, owner, { status: 0 });
    const { body, troubled, of } = await ask(environment(), HEALTH_KEY);
    expect([body.status, troubled]).toEqual(["degraded", [[`leads_${company.store}`, "overdue"]]]);
    expect(of(`leads_${company.store}`)?.details).toMatchObject({
      imports_unfinished: 2,
      oldest_import_at: new Date(at).toISOString(),
      slowest_import_moved_at: new Date(at).toISOString(),
    });
    await company.database
      .prepare("UPDATE imports SET moved_at = ? WHERE id = ?")
      .bind(Date.now(), stuck.id)
      .run();
    expect((await ask(environment())).body.status).toBe("ready");
    await company.database
      .prepare("UPDATE imports SET status = 2 WHERE company_id = ?")
      .bind(company.id)
      .run();
  });

  test("a mail that waits is one", async () => {
    const at = Date.now() - HOUR;
    const { meta } = await env.DIRECTORY.prepare(
      "INSERT INTO mails (kind, email, created_at, queued_at) VALUES ('reset_password', 'a@example.com', ?, ?)",
    )
      .bind(at, Date.now())
      .run();
    const { body, troubled, of } = await ask(environment(), HEALTH_KEY);
    await env.DIRECTORY.prepare("DELETE FROM mails WHERE id = ?").bind(meta.last_row_id).run();
    expect([body.status, troubled]).toEqual(["degraded", [["directory", "overdue"]]]);
    expect(of("directory")?.details).toMatchObject({
      mails_waiting: 1,
      oldest_mail_at: new Date(at).toISOString(),
    });
  });

  test("a queue whose oldest message is old is one", async () => {
    const oldestMessageTimestamp = new Date(Date.now() - HOUR);
    const IMPORTS = { metrics: async () => ({ backlogCount: 7, backlogBytes: 700, oldestMessageTimestamp }) };
    const { troubled, of } = await ask(environment(undefined, { IMPORTS }), HEALTH_KEY);
    expect(troubled).toEqual([["queue_imports", "overdue"]]);
    expect(of("queue_imports")?.details).toEqual({
      backlog: 7,
      oldest_message_at: oldestMessageTimestamp.toISOString(),
    });
  });
});
