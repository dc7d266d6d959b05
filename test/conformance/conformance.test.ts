import { env } from "cloudflare:test";
import { generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atLeast, type Role } from "../../src/auth/actor.ts";
import { signAccessToken } from "../../src/auth/tokens.ts";
import type { Access } from "../../src/http/access.ts";
import type { Route, RouteSpec } from "../../src/http/route.ts";
import { ROUTES } from "../../src/routes.ts";
import { call, waitForImport } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";
import { type Asked, CASES, type Case } from "./cases.ts";
import { createWorld, dumpOf, secretsOf, type World } from "./world.ts";

/** Everyone who may knock, and what they are in the company of each side. */
interface Caller {
  name: string;
  token: string | undefined;
  /** `nobody` has no token that counts. */
  standing: "nobody" | "operator" | { a: Role | null; b: Role | null };
}

const ROLES: Role[] = ["owner", "manager", "agent", "viewer"];
const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;

let world: World;
let callers: Caller[];
let calls = 0;
let routesDone = 0;

beforeAll(async () => {
  world = await createWorld();
  const { a, b, operator } = world;
  const now = Date.now();
  const raised = await createUser({ access: [{ company: a.company, role: "owner" }] });
  await env.DIRECTORY.prepare("UPDATE users SET token_version = 1 WHERE id = ?").bind(raised.id).run();
  const expired = await signAccessToken(env, { id: a.owner.id, tokenVersion: 0 }, now - 16 * 60_000);
  callers = [
    { name: "anonymous", token: undefined, standing: "nobody" },
    { name: "forged", token: await forge(operator.id, now), standing: "nobody" },
    { name: "expired", token: expired.token, standing: "nobody" },
    { name: "token version raised", token: raised.token, standing: "nobody" },
    { name: "owner of A", token: a.owner.token, standing: { a: "owner", b: null } },
    { name: "manager of A", token: a.manager.token, standing: { a: "manager", b: null } },
    { name: "agent of A", token: a.agent.token, standing: { a: "agent", b: null } },
    { name: "viewer of A", token: a.viewer.token, standing: { a: "viewer", b: null } },
    { name: "owner of A's parent", token: a.parentOwner.token, standing: { a: "owner", b: null } },
    { name: "owner of A's child", token: a.childOwner.token, standing: { a: null, b: null } },
    { name: "owner of B", token: b.owner.token, standing: { a: null, b: "owner" } },
    { name: "operator", token: operator.token, standing: "operator" },
  ];
});

afterAll(() => {
  if (routesDone < ROUTES.length) return;
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `conformance: ${ROUTES.length} routes × ${callers.length} callers = ${calls} calls, all as expected`,
  );
});

/** A token that says all that ours say, signed by somebody else. */
async function forge(userId: number, now: number): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256");
  const { kid } = JSON.parse(env.JWT_SIGNING_KEY) as { kid: string };
  return new SignJWT({ ver: 0 })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid })
    .setIssuer("leadsy-local")
    .setAudience("leadsy-api")
    .setSubject(String(userId))
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + 600)
    .setJti(crypto.randomUUID())
    .sign(privateKey);
}

test("every route has a case, and every case a route", () => {
  const routes = ROUTES.map(({ spec }) => nameOf(spec));
  expect(new Set(routes).size).toBe(routes.length);
  expect(Object.keys(CASES).sort()).toEqual(routes.sort());
});

test("what is kept of B is seen whole, so that a change would be", async () => {
  const dump = await dumpOf(world.b);
  for (const kept of ["leads.leads", "leads.imports", "leads.import_rejections", "leads.campaigns"]) {
    expect(dump[kept], kept).not.toEqual([]);
  }
  for (const kept of ["directory.users", "directory.companies", "directory.user_accesses"]) {
    expect(dump[kept], kept).toHaveLength(1);
  }
  expect(dump.files).toHaveLength(2);
});

/** What a route's access is in the words of the contract. */
function inWords(access: Access): Case["access"] | string {
  if (access.kind === "companies") return access.role === "viewer" ? "companies" : `companies/${access.role}`;
  return "role" in access ? ({ company: access.role } as Case["access"]) : access.kind;
}

/** The status that the contract gives a caller who asks about a side. */
function expected(wanted: Case, { standing }: Caller, side: "a" | "b", success: number): number {
  if (wanted.access === "public" || wanted.access === "signed_link") return success;
  if (standing === "nobody") return 401;
  if (standing === "operator" || typeof wanted.access === "string") return success;
  const role = standing[side];
  if (role === null) return 404;
  return atLeast(ROLES.indexOf(role) + 1, wanted.access.company) ? success : 403;
}

test.each(ROUTES.map((route) => [nameOf(route.spec), route] as const))("%s", async (name, route) => {
  const wanted = CASES[name];
  if (!wanted) throw new Error(`no case for ${name}`);
  expect(inWords(route.spec.access)).toEqual(wanted.access);
  const surprises: string[] = [];
  const { a, b } = world;
  const success = route.spec.response.status;
  const open = wanted.access === "public" || wanted.access === "signed_link";
  const strangers = callers.filter(({ standing }) => typeof standing === "string" || standing.b === null);
  const ask = async (caller: Caller, what: string, asked: Asked, status: number, hidden: boolean) => {
    surprises.push(
      ...(await surprisesOf(route, caller, `${caller.name} asks about ${what}`, asked, status, hidden)),
    );
  };

  const before = await dumpOf(b);
  for (const caller of strangers) {
    const sees = caller.standing === "operator";
    await ask(caller, "A", wanted.about(a), expected(wanted, caller, "a", success), !sees);
    if (sees) continue;
    // What is open to whoever has the password or the link is not tried with B's own.
    if (!open) await ask(caller, "B", wanted.about(b), expected(wanted, caller, "b", success), true);
    if (expected(wanted, caller, "a", success) !== success) continue;
    for (const { what, ask: asked, status } of wanted.across?.(a, b) ?? []) {
      await ask(caller, what, asked, status, true);
    }
  }
  expect(await dumpOf(b)).toEqual(before);

  for (const caller of callers.filter((one) => !strangers.includes(one))) {
    await ask(caller, "A", wanted.about(a), expected(wanted, caller, "a", success), false);
  }
  for (const caller of callers.filter(({ name: one }) => one === "owner of B" || one === "operator")) {
    await ask(caller, "B", wanted.about(b), success, false);
  }
  expect(surprises).toEqual([]);
  routesDone += 1;
});

/** Makes a call. @param hidden whether nothing of B may be in the answer. @returns what is not as it should be. */
async function surprisesOf(
  { spec }: Route,
  { token }: Caller,
  what: string,
  { path, ...asked }: Asked,
  status: number,
  hidden: boolean,
): Promise<string[]> {
  calls += 1;
  const answer = await call(path, { ...asked, ...(token && { token }) });
  const text = await answer.text();
  const surprises: string[] = [];
  if (answer.status !== status) surprises.push(`${what}: ${answer.status} instead of ${status}: ${text}`);
  if (hidden) {
    // A problem says which address was asked; that much the caller knew.
    const told = answer.ok ? text : JSON.stringify({ ...JSON.parse(text), instance: undefined });
    const headers = JSON.stringify([...answer.headers].filter(([header]) => header !== "link"));
    for (const secret of secretsOf(world.b)) {
      if (told.includes(secret) || headers.includes(secret))
        surprises.push(`${what}: tells "${secret}": ${text}`);
    }
  }
  if (answer.ok) surprises.push(...(await misshapen(spec, answer, text)).map((one) => `${what}: ${one}`));
  return surprises;
}

/** Whether an answer of success is what its route says, to the last field. */
async function misshapen(spec: RouteSpec, answer: Response, text: string): Promise<string[]> {
  const { response } = spec;
  if ("file" in response) {
    const type = answer.headers.get("Content-Type")?.split(";")[0];
    return type === response.file ? [] : [`is ${type} instead of ${response.file}`];
  }
  const read = response.schema.safeParse(JSON.parse(text));
  if (!read.success) return [`is not of its schema: ${read.error.message}`];
  // An import that was started goes on by itself: what comes next is to find it at rest.
  if (answer.status === 202) {
    await waitForImport(JSON.parse(text).import_file.import_code, world.operator.token);
  }
  return [];
}
