import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { invitations } from "../../src/db/directory/schema.ts";
import { attachMembership } from "../harness/accounts/memberships.ts";
import { rolesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { freshEmail } from "../harness/people.ts";
import { howMany } from "../harness/runtime/how-many.ts";

const db = openDirectory(env.DIRECTORY);
/** Of each of the fifteen pairs. */
const RUNS = howMany(8, 20);
const AGENT = 3;
const operator = await createUser({ operator: true });

/** How many people have an access in any of these companies. */
async function usersOf(...companies: { id: number }[]): Promise<number> {
  const ids = JSON.stringify(companies.map(({ id }) => id));
  const sql =
    "SELECT count(DISTINCT user_id) AS n FROM user_accesses WHERE company_id IN (SELECT value FROM json_each(?))";
  return Number((await env.DIRECTORY.prepare(sql).bind(ids).first<{ n: number }>())?.n);
}

/** A company whose owner leaves one of two seats free. */
async function withOneSeat(): Promise<TestCompany> {
  const company = await createCompany();
  await createUser({ access: [{ company, role: "owner" }] });
  await attachMembership(company, { maxUsers: 2 });
  return company;
}

const grant = (method: "POST" | "PUT", user: TestUser, company: TestCompany) =>
  call(`/users/${user.id}/user_access`, {
    token: operator.token,
    method,
    json: { user_accesses: [{ company_id: company.id, access_id: AGENT }] },
  });

async function invite(company: TestCompany, email: string): Promise<string> {
  const now = Date.now();
  const [row] = await db
    .insert(invitations)
    .values({
      companyId: company.id,
      email,
      accessId: AGENT,
      invitedBy: operator.id,
      createdAt: now,
      expiresAt: now + 60_000,
    })
    .returning();
  return linkToken(env, "invitation", row?.id ?? 0);
}

const signUp = (differs: object, token?: string) =>
  call("/users", {
    method: "POST",
    ...(token !== undefined && { token }),
    json: { first_name: "Ana", last_name: "Díaz", email: freshEmail(), ...differs },
  });

/** Every way to come into a company, each made ready so that only the deciding request is left. */
const JOINS: Record<string, (company: TestCompany) => Promise<() => Promise<Response>>> = {
  "POST /users with accesses": async ({ id }) => {
    const named = { user_accesses_attributes: [{ company_id: id, access_id: AGENT }] };
    // Everybody makes only so many users a minute.
    const { token } = await createUser({ operator: true });
    return () => signUp(named, token);
  },
  "POST /users with a code": async (company) => {
    const email = freshEmail();
    const invitation_code = await invite(company, email);
    return () => signUp({ email, invitation_code });
  },
  "POST user_access": async (company) => {
    const user = await createUser();
    return () => grant("POST", user, company);
  },
  "PUT user_access": async (company) => {
    const user = await createUser();
    return () => grant("PUT", user, company);
  },
  "accepting an invitation": async (company) => {
    const user = await createUser();
    const code = await invite(company, user.email);
    return () => call(`/invitations/${code}/accept`, { method: "POST", token: user.token });
  },
};
const names = Object.keys(JOINS);

describe.each(names)("%s", (join) => {
  const prepare = (company: TestCompany) => (JOINS[join] as (typeof JOINS)[string])(company);

  test("takes the last seat, and is refused with nothing done where there is none", async () => {
    const company = await withOneSeat();
    const [first, second] = [await prepare(company), await prepare(company)];
    expect((await first()).ok).toBe(true);
    const before = await dumpDirectory();
    const problem = await problemOf(second(), 402);
    expect(problem.code).toBe("membership_limit");
    expect(problem.detail).toMatch(/^users: all 2 that the company's membership allows are there\. Take/);
    expect(await dumpDirectory()).toEqual(before);
    await attachMembership(await freed(company), { maxUsers: 3 });
    expect((await second()).ok).toBe(true);
    expect(await usersOf(company)).toBe(3);
  });
});

/** A company without the membership that it had. */
async function freed(company: TestCompany): Promise<TestCompany> {
  await env.DIRECTORY.prepare("UPDATE company_memberships SET status = 'canceled' WHERE company_id = ?")
    .bind(company.id)
    .run();
  return company;
}

const pairs = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const));

test.each(pairs)("of %s and %s at once, exactly one gets the last seat", async (one, other) => {
  for (let run = 0; run < RUNS; run++) {
    const company = await withOneSeat();
    const [first, second] = [await JOINS[one]?.(company), await JOINS[other]?.(company)];
    const both = run % 2 === 0 ? [first, second] : [second, first];
    const answers = await Promise.all(both.map((request) => request?.()));
    const codes = answers.map((answer) => Number(answer?.status)).sort();
    expect([codes[0] === 200 || codes[0] === 201, codes[1]]).toEqual([true, 402]);
    expect(await usersOf(company)).toBe(2);
  }
});

describe("who counts", () => {
  test("somebody who is there already, with whatever access, is nobody new", async () => {
    const company = await withOneSeat();
    const branch = await createCompany({ parent: company });
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    await bodyOf(grant("POST", user, branch), 201);
    await bodyOf(grant("PUT", user, branch));
    expect(await rolesInDatabase(user)).toEqual({ [branch.id]: AGENT });
    expect(await usersOf(company, branch)).toBe(2);
    await problemOf(grant("POST", await createUser(), branch), 402);
  });

  test("companies below share the membership of the nearest one above that has one", async () => {
    const root = await createCompany();
    const middle = await createCompany({ parent: root });
    const leaf = await createCompany({ parent: middle });
    await attachMembership(root, { maxUsers: 2 });
    await attachMembership(middle, { maxUsers: 1 });
    await bodyOf(grant("POST", await createUser(), root), 201);
    await bodyOf(grant("POST", await createUser(), leaf), 201);
    await problemOf(grant("POST", await createUser(), middle), 402);
    // What is shared with the middle leaves the root's own seats alone.
    await bodyOf(grant("POST", await createUser(), root), 201);
    await problemOf(grant("POST", await createUser(), root), 402);
    await freed(middle);
    await problemOf(grant("POST", await createUser(), leaf), 402);
    expect(await usersOf(root, middle, leaf)).toBe(3);
  });

  test("a user from a company with another membership is new, and may be the caller", async () => {
    const root = await createCompany();
    const middle = await createCompany({ parent: root });
    const owner = await createUser({ access: [{ company: root, role: "owner" }] });
    await attachMembership(middle, { maxUsers: 1 });
    await bodyOf(grant("POST", await createUser(), middle), 201);
    const createIn = (parent: TestCompany) =>
      call("/companies", {
        token: owner.token,
        method: "POST",
        json: { name: "Leaf", parent_company_id: parent.id },
      });
    const before = await dumpDirectory();
    await problemOf(createIn(middle), 402);
    expect(await dumpDirectory()).toEqual(before);
    await bodyOf(createIn(root), 201);
  });

  test("over the limit, those who are there stay and go on, and a seat is free once enough have left", async () => {
    const company = await createCompany();
    const branch = await createCompany({ parent: company });
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const [one, two] = [
      await createUser({ access: [{ company, role: "agent" }] }),
      await createUser({ access: [{ company, role: "agent" }] }),
    ];
    await attachMembership(company, { maxUsers: 2 });
    await bodyOf(grant("POST", one, branch), 201);
    await bodyOf(call(`/companies/${company.id}`, { token: two.token }));
    const problem = await problemOf(grant("POST", await createUser(), company), 402);
    expect(problem.detail).toContain("all 2 ");
    const leave = (user: TestUser) =>
      call(`/users/${user.id}/user_access`, {
        token: operator.token,
        method: "PUT",
        json: { user_accesses: [] },
      });
    await bodyOf(leave(one));
    await problemOf(grant("POST", await createUser(), company), 402);
    await bodyOf(leave(two));
    await bodyOf(grant("POST", await createUser(), company), 201);
    expect(await rolesInDatabase(owner)).toEqual({ [company.id]: 1 });
    expect(await usersOf(company, branch)).toBe(2);
  });

  test("neither a membership without the limit nor having none refuses anybody", async () => {
    const [free, boundless] = [await createCompany(), await createCompany()];
    await attachMembership(boundless, { maxImportsPerMonth: 0 });
    for (const company of [free, boundless]) {
      for (let n = 0; n < 5; n++) await bodyOf(grant("POST", await createUser(), company), 201);
    }
  });
});

test("all companies of a request, or none", async () => {
  const company = await withOneSeat();
  await bodyOf(grant("POST", await createUser(), company), 201);
  const other = await createCompany();
  const user = await createUser();
  const wanted = [other, company].map(({ id }) => ({ company_id: id, access_id: AGENT }));
  await problemOf(
    call(`/users/${user.id}/user_access`, {
      token: operator.token,
      method: "POST",
      json: { user_accesses: wanted },
    }),
    402,
  );
  expect(await rolesInDatabase(user)).toEqual({});
});

test("a failure leaves the seat as it was", async () => {
  const company = await withOneSeat();
  const user = await createUser();
  const asked = {
    token: operator.token,
    method: "POST",
    json: { user_accesses: [{ company_id: company.id, access_id: AGENT }] },
  };
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(
    `/users/${user.id}/user_access`,
    asked,
    async (failed) => {
      expect(failed.status).toBe(500);
      expect(await dumpDirectory()).toEqual(before);
    },
  );
  expect(failures).toBeGreaterThan(3);
  expect(answer.status).toBe(201);
  expect(await usersOf(company)).toBe(2);
});
