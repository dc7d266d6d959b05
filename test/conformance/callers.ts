import { env } from "cloudflare:test";
import { generateKeyPair, SignJWT } from "jose";
import type { Role } from "../../src/auth/actor.ts";
import { SCOPES, type Scope } from "../../src/auth/api-keys/scopes.ts";
import { signAccessToken } from "../../src/auth/tokens/tokens.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { scopeOf } from "../../src/http/scope.ts";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { createUser, type TestUser } from "../harness/factories.ts";
import type { Case } from "./cases/case.ts";
import { newSession } from "./mint/people.ts";
import type { World } from "./world.ts";

/** The customers who are strangers to A. */
export const RIVALS = ["b", "c"] as const;
export const SIDES = ["a", ...RIVALS] as const;
export type SideName = (typeof SIDES)[number];

/** Everyone who may knock, and what they are in the company of each side. */
export interface Caller {
  name: string;
  /** A token of a session of its own, as a call may end the session that it comes with; or an API key. */
  token(spec: RouteSpec, wanted: Case): Promise<string | undefined>;
  /** Of an API key: whether it has the scope of the route that it calls, and whether it tries all that a user does. */
  key?: { hasScope: boolean; triesAll: boolean };
  /** `nobody` has no token that counts. */
  standing: "nobody" | "operator" | Partial<Record<SideName, Role>>;
}

export async function createCallers({ a, b, c, operator }: World): Promise<Caller[]> {
  const now = Date.now();
  const access = [{ company: a.company, role: "owner" as const }];
  const raised = await createUser({ access });
  await env.DIRECTORY.prepare("UPDATE users SET token_version = 1 WHERE id = ?").bind(raised.id).run();
  const { family } = await newSession(a.owner, { revokedAt: now });
  const expired = await sign(a.owner, "session", now - 16 * 60_000);
  const nobody = (name: string, token: string | undefined): Caller => ({
    name,
    token: async () => token,
    standing: "nobody",
  });
  const somebody = (name: string, user: TestUser, standing: Caller["standing"]): Caller => ({
    name,
    token: () => sign(user, crypto.randomUUID(), Date.now()),
    standing,
  });
  return [
    nobody("anonymous", undefined),
    nobody("forged", await forge(operator.id, now)),
    nobody("expired", expired),
    nobody("token version raised", raised.token),
    nobody("session revoked", await sign(a.owner, family, now)),
    nobody("disabled owner of A", (await createUser({ access, status: "disabled" })).token),
    nobody("pending owner of A", (await createUser({ access, status: "pending" })).token),
    somebody("somebody of no company", await createUser(), {}),
    somebody("owner of A", a.owner, { a: "owner" }),
    somebody("manager of A", a.manager, { a: "manager" }),
    somebody("agent of A", a.agent, { a: "agent" }),
    somebody("viewer of A", a.viewer, { a: "viewer" }),
    somebody("owner of A's parent", a.parentOwner, { a: "owner" }),
    somebody("owner of A's child", a.childOwner, {}),
    somebody("owner of B", b.owner, { b: "owner" }),
    somebody("owner of C, on the store of A", c.owner, { c: "owner" }),
    somebody("operator", operator, "operator"),
    ...(await keysOf({ a, b })),
  ];
}

/** API keys: of each role, limited to the scope of the route and to all others, of another company, and useless ones. */
async function keysOf({ a, b }: Pick<World, "a" | "b">): Promise<Caller[]> {
  const limitedTo = (has: (scope: Scope, needed: (Scope | undefined)[]) => boolean) => {
    const tokens = new Map<string, Promise<string>>();
    return async (spec: RouteSpec, { alsoScope }: Case) => {
      const needed = [scopeOf(spec) ?? "leads:read", alsoScope];
      const scopes = SCOPES.filter((scope) => has(scope, needed));
      const made =
        tokens.get(scopes.join()) ?? createApiKey(a.company, a.owner, { scopes }).then((key) => key.token);
      tokens.set(scopes.join(), made);
      return made;
    };
  };
  const whole = async (name: string, standing: Caller["standing"], key: { token: string }) => ({
    name,
    token: async () => key.token,
    standing,
    key: { hasScope: true, triesAll: name === "manager's key of A" },
  });
  const ofA = (role: "manager" | "agent" | "viewer") => createApiKey(a.company, a.owner, { role });
  const useless = async (name: string, differs: { endedAt?: number; expiresAt?: number }) => {
    const { token } = await createApiKey(a.company, a.owner, differs);
    return { name, token: async () => token, standing: "nobody" as const };
  };
  return [
    await whole("manager's key of A", { a: "manager" }, await ofA("manager")),
    await whole("agent's key of A", { a: "agent" }, await ofA("agent")),
    await whole("viewer's key of A", { a: "viewer" }, await ofA("viewer")),
    await whole("manager's key of B", { b: "manager" }, await createApiKey(b.company, b.owner)),
    {
      name: "key of A with the one scope",
      token: limitedTo((scope, needed) => needed.includes(scope)),
      standing: { a: "manager" },
      key: { hasScope: true, triesAll: false },
    },
    {
      name: "key of A with all other scopes",
      token: limitedTo((scope, [one, also]) => scope !== (also ?? one)),
      standing: { a: "manager" },
      key: { hasScope: false, triesAll: false },
    },
    await useless("ended key of A", { endedAt: 1 }),
    await useless("expired key of A", { expiresAt: 1 }),
  ];
}

async function sign({ id }: TestUser, session: string, now: number): Promise<string> {
  return (await signAccessToken(env, { id, tokenVersion: 0 }, session, now)).token;
}

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
