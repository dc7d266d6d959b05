import {
  createExecutionContext,
  createScheduledController,
  env,
  waitOnExecutionContext,
} from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../src/index.ts";
import { bodyOf, type Call, ORIGIN, requestOf } from "../harness/api.ts";
import { surround } from "../harness/bindings.ts";
import { inTrouble } from "../harness/databases/sick-database.ts";
import { createCompany, createUser } from "../harness/factories.ts";

type Line = Record<string, unknown>;
let lines: Line[] = [];
beforeEach(() => {
  lines = [];
  for (const level of ["info", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(
      (line: string) => void lines.push({ level, ...JSON.parse(line) }),
    );
  }
});
afterEach(() => void vi.restoreAllMocks());

const logging = (bindings: Env = env) => ({ ...bindings, LOG_REQUESTS: "on" });

async function send(request: Request, bindings = logging()): Promise<Response> {
  const context = createExecutionContext();
  const answer = await worker.fetch(request, bindings, context);
  await waitOnExecutionContext(context);
  return answer;
}
const ask = (path: string, asked: Call = {}, bindings?: Env) =>
  send(requestOf(path, asked), bindings && logging(bindings));

describe("a request", () => {
  test("has one line: who asked for what, what came of it, and what it cost", async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const answer = await ask(`/companies/${company.id}/leads?q=lucia@example.com`, {
      token: owner.token,
      headers: { "X-Request-Id": "trace-1" },
    });
    expect(answer.status).toBe(200);
    expect(lines).toEqual([
      {
        level: "info",
        event: "request",
        request_id: "trace-1",
        method: "GET",
        route: "/api/v1/companies/:company_id/leads",
        status: 200,
        ms: expect.any(Number),
        user_id: owner.id,
        company_id: company.id,
        d1_calls: expect.any(Number),
        d1_statements: expect.any(Number),
        d1_ms: expect.any(Number),
        rows_read: expect.any(Number),
        rows_written: 0,
        uncounted_statements: expect.any(Number),
        retries: 0,
      },
    ]);
    const [line = {}] = lines;
    expect(line.d1_calls).toBeGreaterThanOrEqual(2);
    expect(line.d1_statements).toBeGreaterThanOrEqual(Number(line.d1_calls));
    expect(line.rows_read).toBeGreaterThan(0);
  });

  test("that changes something says how many rows it wrote", async () => {
    const user = await createUser();
    const json = { name: "Acme" };
    await bodyOf(ask("/companies", { token: user.token, method: "POST", json }), 201);
    expect(lines.at(-1)).toMatchObject({ event: "request", status: 201, route: "/api/v1/companies" });
    expect(lines.at(-1)?.rows_written).toBeGreaterThan(2);
  });

  test.each([
    [
      "/users/find_by_email?email=secret@example.com",
      "GET",
      "/api/v1/users/find_by_email",
      401,
      "unauthorized",
    ],
    ["/users/login", "PUT", "/api/v1/users/login", 405, "method_not_allowed"],
    ["/secret@example.com", "GET", "/*", 404, "not_found"],
    ["/invitations/secret-code", "GET", "/api/v1/invitations/:invitation", 404, "not_found"],
  ])("%s is named by its route, never by its address", async (path, method, route, status, code) => {
    await ask(path, { method });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ method, route, status, code });
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  test("outside of the API has a line, too", async () => {
    await send(new Request(`${ORIGIN}/health`));
    expect(lines).toMatchObject([{ event: "request", route: "/health", status: 200, d1_calls: 0 }]);
  });

  test("that meets trouble tells its retries, and each of its lines has its id", async () => {
    const owner = await createUser();
    let left = 1;
    const sick = surround(
      env,
      ({ name }, call) =>
        name !== "send" && left-- > 0
          ? inTrouble({ message: "D1_ERROR: Network connection lost.", tookEffect: false }, call)
          : call(),
      async () => {},
    );
    await bodyOf(ask("/accesses", { token: owner.token }, sick));
    expect(lines).toMatchObject([{ event: "request", status: 200, retries: 1 }]);

    lines = [];
    const dead = surround(
      env,
      (_, call) => inTrouble({ message: "D1_ERROR: Network connection lost.", tookEffect: false }, call),
      async () => {},
    );
    const { request_id: id } = await bodyOf(ask("/accesses", { token: owner.token }, dead), 503);
    expect(lines.map(({ event, request_id }) => [event, request_id])).toEqual([
      ["request.failed", id],
      ["request", id],
    ]);
    expect(lines[1]).toMatchObject({ status: 503, code: "unavailable", retries: 2 });
  });

  test("has none where LOG_REQUESTS is off", async () => {
    await send(requestOf("/accesses"), { ...env, LOG_REQUESTS: "off" });
    expect(lines).toEqual([]);
  });

  test("by an operator says in its answer what it cost; by nobody else", async () => {
    const operator = await createUser({ operator: true });
    const other = await createUser();
    const timing = async (token?: string) =>
      (await ask("/users/me", token ? { token } : {})).headers.get("Server-Timing");
    expect(await timing(operator.token)).toMatch(
      /^total;dur=\d+, d1;dur=\d+;desc="[1-9]\d* calls, [1-9]\d* statements, \d+ rows read, 0 written, 0 retries"$/,
    );
    expect(await timing(other.token)).toBeNull();
    expect(await timing()).toBeNull();
  });
});

test("a message of a queue has one line, with what it points to", async () => {
  const store = { kind: "index", store: 0 };
  const message = { id: "m-1", attempts: 2, timestamp: new Date(), body: store, ack() {}, retry() {} };
  const batch = { queue: "leadsy-index", messages: [message], ackAll() {}, retryAll() {} };
  await worker.queue(batch as never, logging());
  expect(lines).toMatchObject([
    {
      event: "queue",
      queue: "leadsy-index",
      message: store,
      attempt: 2,
      ms: expect.any(Number),
      d1_calls: expect.any(Number),
    },
  ]);
  expect(lines[0]?.d1_calls).toBeGreaterThan(0);
  expect(lines[0]).not.toHaveProperty("failed");
});

test("a run of the cron has one line, with what all its chores cost", async () => {
  await worker.scheduled(createScheduledController(), logging());
  expect(lines.filter(({ event }) => event === "cron")).toMatchObject([
    { ms: expect.any(Number), retries: 0 },
  ]);
  expect(lines.find(({ event }) => event === "cron")?.d1_calls).toBeGreaterThan(8);
});

test("what a parser quotes of its input is not logged", async () => {
  const { describeError } = await import("../../src/log.ts");
  const thrown = (() => {
    try {
      return JSON.parse("ana@example.com");
    } catch (error) {
      return error;
    }
  })();
  expect(JSON.stringify(describeError(thrown))).not.toContain("ana");
});
