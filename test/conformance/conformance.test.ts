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
import { createWorld, dumpOf, type Side, secretsOf, type World } from "./world.ts";

/** Everyone who may knock, and what they are in the company of each side. */
interface Caller {
  name: string;
  token: string | undefined;
  /** `nobody` has no token that counts. */
  standing: "nobody" | "operator" | Partial<Record<SideName, Role>>;
}

const RIVALS = ["b", "c"] as const;
const SIDES = ["a", ...RIVALS] as const;
type SideName = (typeof SIDES)[number];
const ROLES: Role[] = ["owner", "manager", "agent", "viewer"];
const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;

let world: World;
let callers: Caller[];
let calls = 0;
let routesDone = 0;

beforeAll(async () => {
  world = await createWorld();
  const { a, b, c, operator } = world;
  const now = Date.now();
  const raised = await createUser({ access: [{ company: a.company, role: "owner" }] });
  await env.DIRECTORY.prepare("UPDATE users SET token_version = 1 WHERE id = ?").bind(raised.id).run();
  const expired = await signAccessToken(
    env,
    { id: a.owner.id, tokenVersion: 0 },
    "session",
    now - 16 * 60_000,
  );
  callers = [
    { name: "anonymous", token: undefined, standing: "nobody" },
    { name: "forged", token: await forge(operator.id, now), standing: "nobody" },
    { name: "expired", token: expired.token, standing: "nobody" },
    { name: "token version raised", token: raised.token, standing: "nobody" },
    { name: "owner of A", token: a.owner.token, standing: { a: "owner" } },
    { name: "manager of A", token: a.manager.token, standing: { a: "manager" } },
    { name: "agent of A", token: a.agent.token, standing: { a: "agent" } },
    { name: "viewer of A", token: a.viewer.token, standing: { a: "viewer" } },
    { name: "owner of A's parent", token: a.parentOwner.token, standing: { a: "owner" } },
    { name: "owner of A's child", token: a.childOwner.token, standing: {} },
    { name: "owner of B", token: b.owner.token, standing: { b: "owner" } },
    { name: "owner of C, on the store of A", token: c.owner.token, standing: { c: "owner" } },
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
  return new SignJWT({ ver: 0, sid: "session" })
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

test.each(RIVALS)("what is kept of %s is seen whole, so that a change would be", async (side) => {
  const dump = await dumpOf(world[side]);
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

function isOf({ standing }: Caller, side: SideName): boolean {
  return typeof standing !== "string" && standing[side] !== undefined;
}

/** The status that the contract gives a caller who asks about a side. */
function expected(wanted: Case, { standing }: Caller, side: SideName, success: number): number {
  if (wanted.access === "public" || wanted.access === "signed_link") return success;
  if (standing === "nobody") return 401;
  if (standing === "operator" || typeof wanted.access === "string") return success;
  const role = standing[side];
  if (role === undefined) return 404;
  return atLeast(ROLES.indexOf(role) + 1, wanted.access.company) ? success : 403;
}

test.each(ROUTES.map((route) => [nameOf(route.spec), route] as const))("%s", async (name, route) => {
  const wanted = CASES[name];
  if (!wanted) throw new Error(`no case for ${name}`);
  expect(inWords(route.spec.access)).toEqual(wanted.access);
  const success = route.spec.response.status;
  const open = wanted.access === "public" || wanted.access === "signed_link";
  const surprises: string[] = [];
  const ask = async (caller: Caller, what: string, asked: Asked, status: number, hidden: Side[]) => {
    const found = await surprisesOf(route, caller, asked, status, hidden);
    surprises.push(...found.map((one) => `${caller.name} asks about ${what}: ${one}`));
  };
  const askAbout = (caller: Caller, side: SideName, hidden: Side[]) =>
    ask(caller, side, wanted.about(world[side]), expected(wanted, caller, side, success), hidden);

  // First all who have no business with B and C, then these themselves.
  const rivals = RIVALS.map((side) => world[side]);
  const strangers = callers.filter((caller) => !RIVALS.some((side) => isOf(caller, side)));
  const before = await Promise.all(rivals.map(dumpOf));
  for (const caller of strangers) {
    if (caller.standing === "operator") {
      await askAbout(caller, "a", []);
      continue;
    }
    await askAbout(caller, "a", rivals);
    for (const side of RIVALS) {
      // What is open to whoever has the password or the link is not tried with the rival's own, and turns on
      // nothing that the caller is.
      if (!open) await askAbout(caller, side, rivals);
      if (open ? caller.name !== "anonymous" : expected(wanted, caller, "a", success) !== success) continue;
      for (const { what, ask: asked, status } of wanted.across?.(world.a, world[side]) ?? []) {
        await ask(caller, `${side}, ${what}`, asked, status, rivals);
      }
    }
  }
  expect(await Promise.all(rivals.map(dumpOf))).toEqual(before);

  for (const caller of callers.filter((one) => one.standing === "operator" || !strangers.includes(one))) {
    for (const side of SIDES) {
      if (open && !isOf(caller, side)) continue;
      const others = RIVALS.filter((one) => !isOf(caller, one)).map((one) => world[one]);
      await askAbout(caller, side, caller.standing === "operator" ? [] : others);
    }
  }
  expect(surprises).toEqual([]);
  routesDone += 1;
});

/** Makes a call. @param hidden of whom nothing may be in the answer. @returns what is not as it should be. */
async function surprisesOf(
  { spec }: Route,
  { token }: Caller,
  { path, ...asked }: Asked,
  status: number,
  hidden: Side[],
): Promise<string[]> {
  calls += 1;
  const answer = await call(path, { ...asked, ...(token && { token }) });
  const text = await answer.text();
  const surprises: string[] = [];
  if (answer.status !== status) surprises.push(`${answer.status} instead of ${status}: ${text}`);
  // A problem and a Link say which address was asked; that much the caller knew.
  const told = answer.ok ? text : JSON.stringify({ ...JSON.parse(text), instance: undefined });
  const headers = JSON.stringify([...answer.headers].filter(([header]) => header !== "link"));
  for (const secret of hidden.flatMap(secretsOf)) {
    if (told.includes(secret) || headers.includes(secret)) surprises.push(`tells "${secret}": ${text}`);
  }
  if (answer.ok) surprises.push(...(await misshapen(spec, answer, text)));
  return surprises;
}

/** Whether an answer of success is what its route says, to the last field. */
async function misshapen(spec: RouteSpec, answer: Response, text: string): Promise<string[]> {
  const { response } = spec;
  if ("file" in response) {
    const type = answer.headers.get("Content-Type")?.split(";")[0];
    return type === response.file ? [] : [`is ${type} instead of ${response.file}`];
  }
  if (response.status === 204) return text === "" ? [] : [`has a body: ${text}`];
  const read = response.schema.safeParse(JSON.parse(text));
  if (!read.success) return [`is not of its schema: ${read.error.message}`];
  // An import that was started goes on by itself: what comes next is to find it at rest.
  if (answer.status === 202) {
    await waitForImport(JSON.parse(text).import_file.import_code, world.operator.token);
  }
  return [];
}
