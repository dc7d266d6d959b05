import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { UserActor } from "../../src/auth/actor.ts";
import { requireUser } from "../../src/http/policies/policy.ts";
import { signedInPolicy } from "../../src/http/policies/signed-in.ts";
import type { Route } from "../../src/http/route.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { ROUTES } from "../../src/routes.ts";
import { send as sendToApi } from "../harness/api.ts";
import { checked } from "../harness/document/checked.ts";
import { type Caller, createCallers, RIVALS } from "./callers.ts";
import type { Case } from "./cases/case.ts";
import { CASES } from "./cases.ts";
import { inWords } from "./policy.ts";
import { EVERYONE, type Sample, sampleOf } from "./sample.ts";
import { type Send, walk } from "./walk.ts";
import { createWorld, dumpOf, type World } from "./world.ts";

const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;

let world: World;
let callers: Caller[];
let calls = 0;
let routesDone = 0;
/** The policies of which a route was walked in full, by what routes declare and what their handlers decide by. */
const walkedInFull = new Set<string>();

/** Every policy is walked in full on one route, and on the others by a sample. */
function sampleFor({ access, declared }: Case, turn: number): Sample {
  const policy = `${declared} ${access}`;
  const isFirst = !walkedInFull.has(policy);
  walkedInFull.add(policy);
  return isFirst ? EVERYONE : sampleOf(turn, callers);
}

beforeAll(async () => {
  world = await createWorld();
  callers = await createCallers(world);
});

afterAll(() => {
  if (routesDone < ROUTES.length) return;
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `conformance: ${ROUTES.length} routes, ${callers.length} callers, ${calls} calls, all as expected; ${walkedInFull.size} policies in full`,
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

test.each(ROUTES.map((route, turn) => [nameOf(route.spec), route, turn] as const))(
  "%s",
  async (name, route, turn) => {
    const cases = CASES[name];
    if (!cases) throw new Error(`no case for ${name}`);
    for (const wanted of cases) {
      expect(inWords(route.spec.access.declares)).toBe(wanted.declared ?? wanted.access);
      const sample = sampleFor(wanted, turn);
      const send = route.spec.limit === "create" ? sendUnlimited : sendToApi;
      const walked = await walk(route, wanted, { world, callers, sample, send });
      expect(walked.surprises).toEqual([]);
      calls += walked.calls;
    }
    routesDone += 1;
  },
);

/** As the API, but that callers may create more than in a minute anybody may. */
async function sendUnlimited(request: Request): Promise<Response> {
  const CREATE_LIMIT = { limit: async () => ({ success: true }) };
  return checked(request, await serving(ROUTES, { ...env, CREATE_LIMIT })(request));
}

/** The API with one route whose callers are taken for somebody else. */
function mistaking(name: string, as: (actor: UserActor) => UserActor): Send {
  return serving(ROUTES.map((route) => (nameOf(route.spec) === name ? mistaken(route, as) : route)));
}

function serving(routes: Route[], bindings = env): Send {
  const app = createApp(routes);
  return async (request) => {
    const context = createExecutionContext();
    const answer = await app.fetch(request, bindings, context);
    await waitOnExecutionContext(context);
    return answer;
  };
}

function mistaken(route: Route, as: (actor: UserActor) => UserActor): Route {
  const { declares, acceptsKeys = false } = route.spec.access;
  return {
    spec: { ...route.spec, access: { ...signedInPolicy, declares, acceptsKeys } },
    begin: () => {},
    admit: (exchange) =>
      route.admit(
        exchange.actor?.kind === "api_key" ? exchange : { ...exchange, actor: as(requireUser(exchange)) },
      ),
  };
}

test.each(["GET /companies/{id}/invitations", "GET /users/{id}", "PUT /companies/{id}"])(
  "without the policy of %s, its walk finds what is open",
  async (name) => {
    const route = ROUTES.find(({ spec }) => nameOf(spec) === name);
    const [wanted] = CASES[name] ?? [];
    if (!route || !wanted) throw new Error(`no ${name}`);
    const send = mistaking(name, (actor) => ({ ...actor, operator: true }));
    const sample = sampleOf(ROUTES.indexOf(route), callers);
    const walked = await walk(route, wanted, { world, callers, sample, send });
    expect(walked.surprises.some((one) => one.includes("instead of 404"))).toBe(true);
    expect(walked.surprises.some((one) => one.includes("tells"))).toBe(true);
  },
);

test("where a route asks for another scope than its own, its walk finds it", async () => {
  const name = "GET /campaigns/{id}";
  const route = ROUTES.find(({ spec }) => nameOf(spec) === name);
  const [wanted] = CASES[name] ?? [];
  if (!route || !wanted) throw new Error(`no ${name}`);
  const mistaken: Route = { ...route, spec: { ...route.spec, scope: "leads:read" } };
  const send = serving(ROUTES.map((one) => (one === route ? mistaken : one)));
  const sample = sampleOf(ROUTES.indexOf(route), callers);
  const { surprises } = await walk(route, wanted, { world, callers, sample, send });
  for (const who of ["key of A with the one scope", "key of A with all other scopes"]) {
    expect(surprises.some((one) => one.startsWith(who))).toBe(true);
  }
});

/** Somebody who has an agent's accesses as a viewer, who sees all leads. */
function asViewer(actor: UserActor): UserActor {
  const { grants } = actor;
  const asViewer = <T extends { accessId: number }>(one: T): T => ({
    ...one,
    accessId: one.accessId === 3 ? 4 : one.accessId,
  });
  const widened = {
    lookUp: (ids: number[]) => grants.lookUp(ids),
    nameOf: (id: number) => grants.nameOf(id),
    has: (id: number) => grants.has(id),
    get(id: number) {
      const grant = grants.get(id);
      return grant && asViewer(grant);
    },
  };
  return { ...actor, grants: widened as unknown as UserActor["grants"], roots: actor.roots.map(asViewer) };
}

test.each([
  "GET /companies/{company_id}/leads",
  "GET /companies/{company_id}/leads/unassigned",
  "GET /companies/{company_id}/leads/export",
  "GET /companies/{company_id}/leads/duplicates",
  "GET /leads/{id}",
  "GET /leads/{id}/notes",
  "GET /leads/{id}/stage_changes",
  "GET /import",
  "GET /import/{import_code}",
])("where %s takes an agent for a viewer, its walk finds what it tells of others' leads", async (name) => {
  const route = ROUTES.find(({ spec }) => nameOf(spec) === name);
  const [wanted] = CASES[name] ?? [];
  if (!route || !wanted) throw new Error(`no ${name}`);
  const sample = sampleOf(ROUTES.indexOf(route), callers);
  const walked = await walk(route, wanted, { world, callers, sample, send: mistaking(name, asViewer) });
  expect(walked.surprises).not.toEqual([]);
  expect(walked.surprises.every((one) => one.startsWith("agent of A asks about "))).toBe(true);
  expect(walked.surprises.some((one) => one.includes("tells"))).toBe(true);
});
