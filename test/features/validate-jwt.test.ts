import { env } from "cloudflare:test";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { signAccessToken, verifyAccessToken } from "../../src/auth/tokens.ts";
import { JwtAnswer } from "../../src/features/sessions/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

const PATH = "/users/validate_jwt";
const MINUTE = 60;

let company: TestCompany;
let user: TestUser;

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "owner" }] });
});

test("says whose token it is and until when it counts", async () => {
  const answer = JwtAnswer.parse(await bodyOf(call(PATH, { token: user.token })));
  expect(answer.user.id).toBe(user.id);
  const claims = JSON.parse(atob(user.token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? ""));
  expect(Date.parse(answer.expires_at)).toBe(claims.exp * 1000);
});

describe("a token that is not ours to the letter is refused", () => {
  const own = JSON.parse(env.JWT_SIGNING_KEY) as JWK;
  const { d: _, ...publicJwk } = own;
  const now = () => Math.floor(Date.now() / 1000);
  const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  interface Forgery {
    header?: Record<string, unknown>;
    claims?: Record<string, unknown>;
    key?: CryptoKey | Uint8Array;
  }

  const goodClaims = () => ({
    sub: String(user.id),
    ver: 0,
    iss: "leadsy-local",
    aud: "leadsy-api",
    iat: now(),
    exp: now() + 15 * MINUTE,
    jti: crypto.randomUUID(),
  });

  /** A token that would be good but for what differs; `undefined` takes a claim out. */
  async function forge({ header = {}, claims = {}, key }: Forgery = {}): Promise<string> {
    return new SignJWT({ ...goodClaims(), ...claims })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: own.kid ?? "", ...header })
      .sign(key ?? (await importJWK(own, "ES256")));
  }

  test("while one that is, is taken", async () => {
    expect((await bodyOf(call(PATH, { token: await forge() }))).user.id).toBe(user.id);
  });

  const bytes = (text: string) => new TextEncoder().encode(text);
  const attacks: [string, () => Promise<string>][] = [
    [
      "alg none, unsigned",
      async () => `${base64url({ alg: "none", typ: "at+jwt" })}.${base64url(goodClaims())}.`,
    ],
    [
      "alg none with our key's id and a signature of another token",
      async () =>
        `${base64url({ alg: "none", typ: "at+jwt", kid: own.kid })}.${base64url(goodClaims())}.${(await forge()).split(".")[2]}`,
    ],
    [
      "HS256 with the public key's JSON as the secret",
      () => forge({ header: { alg: "HS256" }, key: bytes(JSON.stringify(publicJwk)) }),
    ],
    [
      "HS256 with the public key's point as the secret",
      () => forge({ header: { alg: "HS256" }, key: Buffer.from(`${own.x}${own.y}`, "base64url") }),
    ],
    [
      "HS256 with an empty-looking secret",
      () => forge({ header: { alg: "HS256" }, key: new Uint8Array(32) }),
    ],
    [
      "another key under our key's id",
      async () => forge({ key: (await generateKeyPair("ES256")).privateKey }),
    ],
    [
      "another key under its own id",
      async () => forge({ header: { kid: "theirs" }, key: (await generateKeyPair("ES256")).privateKey }),
    ],
    ["our key under another id", () => forge({ header: { kid: "other" } })],
    ["our key without an id", () => forge({ header: { kid: undefined } })],
    ["an id that is a path", () => forge({ header: { kid: "../../dev/null" } })],
    ["an id that is SQL", () => forge({ header: { kid: "' OR '1'='1" } })],
    [
      "another key, embedded as jwk",
      async () => {
        const { privateKey, publicKey } = await generateKeyPair("ES256");
        return forge({ header: { jwk: await exportJWK(publicKey) }, key: privateKey });
      },
    ],
    [
      "another key, to be fetched by jku",
      async () =>
        forge({
          header: { jku: "https://evil.test/jwks.json" },
          key: (await generateKeyPair("ES256")).privateKey,
        }),
    ],
    ["another type", () => forge({ header: { typ: "JWT" } })],
    ["no type", () => forge({ header: { typ: undefined } })],
    ["a token for another purpose", () => forge({ header: { typ: "reset+jwt" } })],
    ["another issuer", () => forge({ claims: { iss: "https://evil.test" } })],
    ["no issuer", () => forge({ claims: { iss: undefined } })],
    ["another audience", () => forge({ claims: { aud: "other-api" } })],
    ["several audiences", () => forge({ claims: { aud: ["leadsy-api", "other-api"] } })],
    ["no audience", () => forge({ claims: { aud: undefined } })],
    ["no subject", () => forge({ claims: { sub: undefined } })],
    ["an array as the subject", () => forge({ claims: { sub: [String(user.id)] } })],
    ["a number as the subject", () => forge({ claims: { sub: user.id } })],
    ["a subject with a zero before it", () => forge({ claims: { sub: `0${user.id}` } })],
    ["a subject in other digits", () => forge({ claims: { sub: `${user.id}e0` } })],
    ["a subject that is SQL", () => forge({ claims: { sub: `${user.id} OR 1=1` } })],
    ["a subject that nobody is", () => forge({ claims: { sub: "999999999" } })],
    ["no version", () => forge({ claims: { ver: undefined } })],
    ["the version as text", () => forge({ claims: { ver: "0" } })],
    ["a version to come", () => forge({ claims: { ver: 1 } })],
    ["no id", () => forge({ claims: { jti: undefined } })],
    ["no time of issue", () => forge({ claims: { iat: undefined } })],
    [
      "a time of issue to come",
      () => forge({ claims: { iat: now() + 10 * MINUTE, exp: now() + 20 * MINUTE } }),
    ],
    ["a time of issue as text", () => forge({ claims: { iat: String(now()) } })],
    ["no end", () => forge({ claims: { exp: undefined } })],
    ["an end that is past", () => forge({ claims: { iat: now() - 16 * MINUTE, exp: now() - MINUTE } })],
    ["an end that is now", () => forge({ claims: { iat: now() - MINUTE, exp: now() } })],
    ["a lifetime that is too long", () => forge({ claims: { exp: now() + 16 * MINUTE } })],
    ["a long lifetime, begun long ago", () => forge({ claims: { iat: now() - 60 * MINUTE } })],
    ["not before a time to come", () => forge({ claims: { nbf: now() + 10 * MINUTE } })],
    [
      "a payload changed after signing",
      async () => {
        const [header, , signature] = (await forge()).split(".");
        return `${header}.${base64url({ ...goodClaims(), sub: "1" })}.${signature}`;
      },
    ],
    [
      "a header changed after signing",
      async () => {
        const [, payload, signature] = (await forge()).split(".");
        return `${base64url({ alg: "ES256", typ: "at+jwt", kid: own.kid, x: 1 })}.${payload}.${signature}`;
      },
    ],
    ["no signature", async () => `${(await forge()).split(".").slice(0, 2).join(".")}.`],
    [
      "a signature of zeros",
      async () => `${(await forge()).split(".").slice(0, 2).join(".")}.${"A".repeat(86)}`,
    ],
    ["a signature cut short", async () => (await forge()).slice(0, -4)],
    ["one part too many", async () => `${await forge()}.${base64url({})}`],
    ["no token", async () => "x"],
  ];

  test.each(attacks)("%s", async (_, attack) => {
    const token = await attack();
    const problem = await problemOf(call(PATH, { token }), 401);
    expect(problem.code).toBe("unauthorized");
    expect(problem.detail).not.toMatch(/alg|key|signature|claim|issuer|audience|version/i);
    // Nor at the second try, when it might be remembered.
    await problemOf(call(PATH, { headers: { Authorization: token } }), 401);
  });
});

describe("a token that was good", () => {
  test("ends with its time, although it was checked before", async () => {
    const now = Date.now();
    const { token, expiresAt } = await signAccessToken(env, { id: user.id, tokenVersion: 0 }, "session", now);
    expect(await verifyAccessToken(env, token, now)).toMatchObject({ userId: user.id });
    expect(await verifyAccessToken(env, token, expiresAt * 1000 - 1)).not.toBeNull();
    expect(await verifyAccessToken(env, token, expiresAt * 1000)).toBeNull();
    expect(await verifyAccessToken(env, token, expiresAt * 1000 + 1)).toBeNull();
  });

  test("is not good under another installation's key, although it was checked before", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const other = {
      ...env,
      JWT_SIGNING_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), kid: "other" }),
    };
    const { token } = await signAccessToken(env, { id: user.id, tokenVersion: 0 }, "session", Date.now());
    expect(await verifyAccessToken(env, token, Date.now())).not.toBeNull();
    expect(await verifyAccessToken(other, token, Date.now())).toBeNull();
    // While the key is being changed, tokens of the one before count.
    const changing = { ...other, JWT_PREVIOUS_KEY: env.JWT_SIGNING_KEY };
    expect(await verifyAccessToken(changing, token, Date.now())).not.toBeNull();
  });

  const change = (statement: string, ...values: unknown[]) =>
    env.DIRECTORY.prepare(statement)
      .bind(...values)
      .run();

  test.each([
    ["whose version was raised", "UPDATE users SET token_version = token_version + 1 WHERE id = ?"],
    ["of a user who was disabled", "UPDATE users SET status = 'disabled' WHERE id = ?"],
    ["of a user who is pending again", "UPDATE users SET status = 'pending' WHERE id = ?"],
  ])("%s is refused from the next request on", async (_, statement) => {
    const someone = await createUser({ access: [{ company, role: "owner" }] });
    await bodyOf(call(PATH, { token: someone.token }));
    await change(statement, someone.id);
    for (const path of [PATH, "/import", `/companies/${company.id}`]) {
      await problemOf(call(path, { token: someone.token }), 401);
    }
  });

  test("loses a company with the access to it, from the next request on", async () => {
    const child = await createCompany({ parent: company });
    const someone = await createUser({ access: [{ company, role: "owner" }] });
    for (const { id } of [company, child]) await bodyOf(call(`/companies/${id}`, { token: someone.token }));
    await change("DELETE FROM user_accesses WHERE user_id = ?", someone.id);
    for (const { id } of [company, child]) {
      await problemOf(call(`/companies/${id}`, { token: someone.token }), 404);
    }
    expect((await bodyOf(call("/companies", { token: someone.token }))).companies).toEqual([]);
    expect((await bodyOf(call(PATH, { token: someone.token }))).user.primary_access).toBeNull();
  });

  test("may do less with a lower access, from the next request on", async () => {
    const someone = await createUser({ access: [{ company, role: "manager" }] });
    const send = (status: number) =>
      bodyOf(
        call(`/import?company_id=${company.id}`, {
          token: someone.token,
          method: "POST",
          body: "email\na@b.test\n",
          headers: { "Content-Type": "text/csv" },
        }),
        status,
      );
    await send(202);
    await change("UPDATE user_accesses SET access_id = 3 WHERE user_id = ?", someone.id);
    await send(403);
    await change("UPDATE user_accesses SET access_id = 4 WHERE user_id = ?", someone.id);
    await send(403);
  });

  test("of an operator who is none any more sees its own companies alone", async () => {
    const operator = await createUser({ operator: true });
    await bodyOf(call(`/companies/${company.id}`, { token: operator.token }));
    await change("UPDATE users SET operator = 0 WHERE id = ?", operator.id);
    await problemOf(call(`/companies/${company.id}`, { token: operator.token }), 404);
  });
});
