import { env } from "cloudflare:test";
import { exportJWK, generateKeyPair } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { signAccessToken, verifyAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { JwtAnswer } from "../../../src/sessions/schemas.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";

const PATH = "/users/validate_jwt";

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
