import { env } from "cloudflare:test";
import { generateKeyPair, SignJWT } from "jose";
import type { Role } from "../../src/auth/actor.ts";
import { signAccessToken } from "../../src/auth/tokens/tokens.ts";
import { createUser, type TestUser } from "../harness/factories.ts";
import { newSession } from "./mint/people.ts";
import type { World } from "./world.ts";

/** The customers who are strangers to A. */
export const RIVALS = ["b", "c"] as const;
export const SIDES = ["a", ...RIVALS] as const;
export type SideName = (typeof SIDES)[number];

/** Everyone who may knock, and what they are in the company of each side. */
export interface Caller {
  name: string;
  /** A token of a session of its own, as a call may end the session that it comes with. */
  token(): Promise<string | undefined>;
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
