import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { signAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { generateSecrets } from "../../../src/cli/config/secrets.ts";
import worker from "../../../src/index.ts";
import { bodyOf, ORIGIN, problemOf, requestOf } from "../../harness/api.ts";
import { createUser, type TestUser } from "../../harness/factories.ts";

const SET = "/.well-known/jwks.json";

let user: TestUser;
let newKey: string;

beforeAll(async () => {
  user = await createUser();
  newKey = (await generateSecrets()).JWT_SIGNING_KEY ?? "";
});

/** The installation, with the keys as some step of a rotation has them. */
function under(current: string, previous: string): Env {
  return { ...env, JWT_SIGNING_KEY: current, JWT_PREVIOUS_KEY: previous };
}

async function ask(bindings: Env, request: Request): Promise<Response> {
  const context = createExecutionContext();
  const answer = (await worker.fetch(request as never, bindings, context)) as Response;
  await waitOnExecutionContext(context);
  return answer;
}

const keySet = (bindings: Env) => ask(bindings, new Request(ORIGIN + SET));
const validate = (bindings: Env, token: string) => ask(bindings, requestOf("/users/validate_jwt", { token }));

describe("the set of keys", () => {
  test("shows what a token is checked with, and nothing that signs one", async () => {
    const answer = await keySet(env);
    expect(answer.headers.get("Content-Type")).toBe("application/jwk-set+json");
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=300");
    const { kid, x, y, d } = JSON.parse(env.JWT_SIGNING_KEY);
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual({
      keys: [{ kty: "EC", crv: "P-256", x, y, kid, use: "sig", alg: "ES256" }],
    });
    expect(d).toMatch(/^[\w-]{43}$/);
    expect(text).not.toContain(d);
  });

  test("has both keys while one takes the other's place, and neither's secret", async () => {
    const text = await (await keySet(under(newKey, env.JWT_SIGNING_KEY))).text();
    const kids = JSON.parse(text).keys.map(({ kid }: { kid: string }) => kid);
    expect(kids).toEqual([newKey, env.JWT_SIGNING_KEY].map((key) => JSON.parse(key).kid));
    for (const key of [newKey, env.JWT_SIGNING_KEY]) expect(text).not.toContain(JSON.parse(key).d);
    for (const key of JSON.parse(text).keys) {
      expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
  });

  test("is enough for somebody else to check a token", async () => {
    const { payload } = await jwtVerify(user.token, createLocalJWKSet(await bodyOf(keySet(env))), {
      issuer: "leadsy-local",
      audience: "leadsy-api",
      typ: "at+jwt",
      algorithms: ["ES256"],
    });
    expect(payload.sub).toBe(String(user.id));
  });
});

describe("while the key is changed", () => {
  test("no token is lost, and when the change is over, those of the old key are", async () => {
    const before = under(env.JWT_SIGNING_KEY, "");
    const during = under(newKey, env.JWT_SIGNING_KEY);
    const after = under(newKey, "");
    const sign = async (bindings: Env) =>
      (await signAccessToken(bindings, { id: user.id, tokenVersion: 0 }, "session", Date.now())).token;
    const [old, fresh] = [await sign(before), await sign(during)];

    await bodyOf(validate(before, old));
    await problemOf(validate(before, fresh), 401);
    for (const token of [old, fresh]) await bodyOf(validate(during, token));
    // Each was checked and remembered under other keys: that counts for nothing now.
    await problemOf(validate(after, old), 401);
    await bodyOf(validate(after, fresh));
    await bodyOf(validate(during, old));
  });

  test("the new key signs, from the first request on", async () => {
    const { token } = await signAccessToken(
      under(newKey, env.JWT_SIGNING_KEY),
      { id: user.id, tokenVersion: 0 },
      "session",
      Date.now(),
    );
    const { kid } = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    expect(kid).toBe(JSON.parse(newKey).kid);
  });
});
