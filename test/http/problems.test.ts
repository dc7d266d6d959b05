import { createExecutionContext, env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import worker from "../../src/index.ts";
import { ROUTES } from "../../src/routes.ts";
import { call, ORIGIN, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";

let user: TestUser;

beforeAll(async () => {
  user = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
});

describe("an address that there is not", () => {
  test.each(["/nothing", "/import/imp_x/nothing", "/companies/1/2/3/4", "/..%2f..%2fetc", "/__proto__"])(
    "%s",
    async (path) => {
      const problem = await problemOf(call(path, { token: user.token }), 404);
      expect(problem.code).toBe("not_found");
    },
  );

  test("outside of the API", async () => {
    const answer = (await worker.fetch(
      new Request(`${ORIGIN}/nothing`),
      env,
      createExecutionContext(),
    )) as Response;
    await problemOf(answer, 404);
  });

  test("a code that is none, or of a store that there is not", async () => {
    for (const code of ["x", "imp_", `imp_00${"0".repeat(24)}`, `imp_zz${"0".repeat(24)}`, "imp_00%00"]) {
      await problemOf(call(`/import/${code}`, { token: user.token }), 404);
    }
  });
});

describe("a method that an address does not take", () => {
  const addresses = Map.groupBy(ROUTES, ({ spec }) => spec.path.replace(/\{\w+\}/g, "1"));

  test.each([...addresses.keys()])("%s", async (path) => {
    const methods = addresses.get(path)?.map(({ spec }) => spec.method.toUpperCase()) ?? [];
    const allowed = methods.includes("GET") ? [...methods, "HEAD"] : methods;
    for (const method of ["PATCH", "DELETE", "PUT", "POST"].filter((one) => !allowed.includes(one))) {
      const answer = await call(path, { method, token: user.token });
      const problem = await problemOf(answer, 405);
      expect(problem.code).toBe("method_not_allowed");
      expect(answer.headers.get("Allow")?.split(", ").sort()).toEqual([...allowed].sort());
    }
  });
});

test.each([{}, { "Content-Length": "100" }])(
  "a body that broke off says nothing of our databases: %o",
  async (headers) => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"email":')),
      pull: (controller) => controller.error(new Error("Network connection lost.")),
    });
    const request = new Request(`${ORIGIN}/api/v1/users/login`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", "CF-Connecting-IP": "192.0.2.1", ...headers },
    });
    const answer = worker.fetch(request, env, createExecutionContext());
    expect((await problemOf(Promise.resolve(answer), 400)).code).toBe("malformed_request");
  },
);

describe("a JSON body that cannot be used", () => {
  const send = (body: BodyInit, headers: Record<string, string> = { "Content-Type": "application/json" }) =>
    call("/users/login", {
      method: "POST",
      body,
      headers: { "CF-Connecting-IP": "192.0.2.1", ...headers },
    });

  test.each([
    ["not JSON", "{", 400, "malformed_request"],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed_request"],
    ["nothing, which is no field at all", "", 422, "invalid_body"],
    ["an array", "[]", 422, "invalid_body"],
    ["null", "null", 422, "invalid_body"],
    ["a string", '"x"', 422, "invalid_body"],
    ["a wrong type", '{"email": 1, "password": "x"}', 422, "invalid_body"],
    [
      "too large",
      JSON.stringify({ email: "a", password: "x".repeat(1024 * 1024) }),
      413,
      "payload_too_large",
    ],
  ])("%s", async (_, body, status, code) => {
    expect((await problemOf(send(body), status)).code).toBe(code);
  });

  test("names every field, each with what is wrong", async () => {
    const { errors } = await problemOf(send('{"email": "", "is/admin": true, "token_version": 9}'), 422);
    expect(errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual([
      "/email",
      "/is~1admin",
      "/password",
      "/token_version",
    ]);
    expect(errors.find((one: { pointer: string }) => one.pointer === "/token_version").detail).toContain(
      "allowed: email, password",
    );
  });
});

test("trouble of our own is logged, and nothing of its cause is told", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const broken = new Proxy(env, {
    get: (target, name) =>
      name === "DIRECTORY"
        ? {
            withSession: () => {
              throw new Error("secret cause");
            },
          }
        : Reflect.get(target, name),
  });
  const answer = (await worker.fetch(
    new Request(`${ORIGIN}/api/v1/import`, {
      headers: { Authorization: user.token, "X-Request-Id": "look-me-up" },
    }),
    broken,
    createExecutionContext(),
  )) as Response;
  const problem = await problemOf(answer, 500);
  expect(problem.code).toBe("internal_error");
  expect(JSON.stringify(problem)).not.toMatch(/secret|cause"|stack|Error/);
  expect(logged.mock.calls.flat().join()).toMatch(/look-me-up.*secret cause/s);
  logged.mockRestore();
});
