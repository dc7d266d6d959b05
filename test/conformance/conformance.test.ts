import { createExecutionContext, env, SELF, waitOnExecutionContext } from "cloudflare:test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Actor } from "../../src/auth/actor.ts";
import { grant } from "../../src/http/access.ts";
import { readBody } from "../../src/http/body.ts";
import type { AppContext } from "../../src/http/context.ts";
import type { Route, RouteSpec } from "../../src/http/route.ts";
import { ROUTES } from "../../src/routes.ts";
import { type Caller, createCallers, RIVALS } from "./callers.ts";
import { CASES } from "./cases.ts";
import { inWords } from "./policy.ts";
import { type Send, walk } from "./walk.ts";
import { createWorld, dumpOf, type World } from "./world.ts";

const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;

let world: World;
let callers: Caller[];
let calls = 0;
let routesDone = 0;

beforeAll(async () => {
  world = await createWorld();
  callers = await createCallers(world);
});

afterAll(() => {
  if (routesDone < ROUTES.length) return;
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `conformance: ${ROUTES.length} routes × ${callers.length} callers = ${calls} calls, all as expected`,
  );
});

test("every route has a case, and every case a route", () => {
  const routes = ROUTES.map(({ spec }) => nameOf(spec));
  expect(new Set(routes).size).toBe(routes.length);
  expect(Object.keys(CASES).sort()).toEqual(routes.sort());
});

test.each(RIVALS)("what is kept of %s is seen whole, so that a change would be", async (side) => {
  const dump = await dumpOf(world[side]);
  for (const kept of ["leads.leads", "leads.imports", "leads.import_rejections", "leads.campaigns"]) {
    expect(dump[kept], kept).not.toEqual([]);
  }
  expect(dump["directory.users"]).toHaveLength(1);
  expect(dump["directory.companies"]).toHaveLength(2);
  expect(dump["directory.user_accesses"]).toHaveLength(1);
  expect(dump.files).toHaveLength(3);
});

test.each(ROUTES.map((route) => [nameOf(route.spec), route] as const))(
  "%s",
  async (name, route) => {
    const cases = CASES[name];
    if (!cases) throw new Error(`no case for ${name}`);
    for (const wanted of cases) {
      expect(inWords(route.spec.access)).toBe(wanted.declared ?? wanted.access);
      const walked = await walk(route, wanted, { world, callers, send: (request) => SELF.fetch(request) });
      expect(walked.surprises).toEqual([]);
      calls += walked.calls;
    }
    routesDone += 1;
  },
  60_000,
);

/** The API with the policy of one route taken out: its handler gets what an operator would be given. */
function withoutPolicyOf(name: string): Send {
  const routes = ROUTES.map((route) => (nameOf(route.spec) === name ? unguarded(route) : route));
  const app = createApp(routes);
  return async (request) => {
    const context = createExecutionContext();
    const answer = await app.fetch(request, env, context);
    await waitOnExecutionContext(context);
    return answer;
  };
}

function unguarded({ spec, handle }: Route): Route {
  return {
    spec: { ...spec, access: { kind: "signed_in" } },
    handle: async (input: never) => {
      const { c, actor } = input as { c: AppContext; actor: Actor };
      c.set("actor", { ...actor, operator: true });
      const granted = await grant(spec.access, c, () => readBody(c, spec.form ?? false));
      return handle({ ...(input as object), ...(granted as object), actor } as never);
    },
  };
}

test.each(["GET /companies/{id}/invitations", "GET /users/{id}", "PUT /companies/{id}"])(
  "without the policy of %s, its walk finds what is open",
  async (name) => {
    const route = ROUTES.find(({ spec }) => nameOf(spec) === name);
    const [wanted] = CASES[name] ?? [];
    if (!route || !wanted) throw new Error(`no ${name}`);
    const walked = await walk(route, wanted, { world, callers, send: withoutPolicyOf(name) });
    expect(walked.surprises.some((one) => one.includes("instead of 404"))).toBe(true);
    expect(walked.surprises.some((one) => one.includes("tells"))).toBe(true);
  },
  60_000,
);
