import { env } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createUser, type TestUser } from "../../harness/factories.ts";
import { algorithmAttacks } from "./attacks/algorithms.ts";
import { claimAttacks } from "./attacks/claims.ts";
import { type Attacks, type Forger, forgerFor } from "./attacks/forge.ts";
import { headerAttacks } from "./attacks/headers.ts";
import { spellingAttacks } from "./attacks/spellings.ts";

const PATH = "/users/validate_jwt";

let user: TestUser;
let forge: Forger;
const tried = new Set<string>();
let accepted = 0;

beforeAll(async () => {
  user = await createUser();
  forge = forgerFor(user.id);
});

afterAll(() => {
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(`JWT attacks: ${tried.size} tokens, ${accepted} accepted`);
});

const untouched = async () => {
  expect((await bodyOf(call(PATH, { token: user.token }))).user.id).toBe(user.id);
  expect((await bodyOf(call(PATH, { token: await forge() }))).user.id).toBe(user.id);
};

test("a token that is untouched is taken, and so is one that is made here like it", untouched);

/** Whether the API takes a token; what no header can carry goes to the check itself. */
async function isTaken(token: string): Promise<boolean> {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(token)) {
    return (await verifyAccessToken(env, token, Date.now())) !== null;
  }
  const answers = [
    await call(PATH, { token }),
    // The second time it might be remembered.
    await call(PATH, { headers: { Authorization: token } }),
  ];
  if (answers.some(({ ok }) => ok)) return true;
  for (const answer of answers) {
    const problem = await problemOf(answer, 401);
    expect(problem.code).toBe("unauthorized");
    expect(problem.detail).not.toMatch(/alg|key|signature|claim|issuer|audience|version/i);
  }
  return false;
}

describe.each<[string, () => Promise<Attacks>, number]>([
  ["another algorithm", () => algorithmAttacks(forge), 130],
  ["another header", () => headerAttacks(forge), 180],
  ["other claims", () => claimAttacks(forge, user.id), 150],
  ["another spelling", () => spellingAttacks(forge, user.id), 200],
])("tokens with %s", (_, attacksOf, least) => {
  test("are all refused", async () => {
    const attacks = Object.entries(await attacksOf());
    const taken: string[] = [];
    const before = tried.size;
    for (const [what, made] of attacks) {
      const token = await made;
      tried.add(token);
      if (await isTaken(token)) taken.push(what);
    }
    accepted += taken.length;
    expect(taken).toEqual([]);
    expect(tried.size - before).toBe(attacks.length);
    expect(attacks.length).toBeGreaterThan(least);
  });
});

test("after all of them, one that is untouched is still taken", untouched);
