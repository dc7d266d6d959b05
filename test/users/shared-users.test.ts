import { describe, expect, test } from "vitest";
import { UserAnswer } from "../../src/users/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, type TestUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";
import { a, b, people, prepareCustomers, type Who } from "./two-customers.ts";

prepareCustomers();

describe("a user by their e-mail", () => {
  const find = (who: Who, email: string) =>
    call(`/users/find_by_email?email=${encodeURIComponent(email)}`, { token: people[who].token });

  test("is found where a company is shared, however the address is written", async () => {
    for (const who of ["aOwner", "aViewer", "bOwner", "both", "operator"] as const) {
      const { user } = UserAnswer.parse(await bodyOf(find(who, " DORA@both.test")));
      expect(user.id).toBe(people.both.id);
      expect(user.primary_company?.id).toBe(who.startsWith("a") ? undefined : b.id);
    }
    expect((await bodyOf(find("loner", "loner@nowhere.test"))).user.id).toBe(people.loner.id);
    expect((await bodyOf(find("operator", "loner@nowhere.test"))).user.id).toBe(people.loner.id);
  });

  test("is the same 404 for an account elsewhere as for none", async () => {
    const answers = await Promise.all(
      ["owner@beta.test", "loner@nowhere.test", people.operator.email, "nobody@nowhere.test"].map((email) =>
        find("aOwner", email),
      ),
    );
    const bodies = [];
    for (const answer of answers) {
      const { request_id: _, ...problem } = await problemOf(answer, 404);
      bodies.push({ problem, headers: [...answer.headers.keys()].sort() });
    }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  test.each([
    ["", "/email"],
    ["?email=", "/email"],
    ["?email=nobody", "/email"],
    ["?mail=a@b.test", "/email"],
  ])("cannot be looked up with %s", async (query, pointer) => {
    const problem = await problemOf(
      call(`/users/find_by_email${query}`, { token: people.bOwner.token }),
      400,
    );
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });

  test("may be asked for 30 times a minute, and is counted for the caller", async () => {
    const caller = await createUser();
    const statuses: number[] = [];
    for (let tries = 0; tries < 90 && !statuses.includes(429); tries++) {
      const answer = await call("/users/find_by_email?email=a%40b.test", { token: caller.token });
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(404));
    expect(statuses.at(-1)).toBe(429);
  });
});

test("neither of two customers who share a user changes them", async () => {
  const before = await dumpDirectory();
  const changes = [{ first_name: "Eve" }, { phone: null }, { locale: "pt" }, { import_mails: false }];
  for (const who of ["aOwner", "bOwner"] as const) {
    for (const json of changes) {
      const asked = { method: "PUT", token: people[who].token, json };
      const problem = await problemOf(call(`/users/${people.both.id}`, asked), 403);
      expect(problem.code).toBe("forbidden");
    }
  }
  expect(await dumpDirectory()).toEqual(before);
});

test("a customer who disables a user shared with another one cuts them off in its own companies alone", async () => {
  const shared = await createUser({
    access: [
      { company: b, role: "manager" },
      { company: a, role: "agent" },
    ],
  });
  const setStatus = (status: string) =>
    bodyOf(call(`/users/${shared.id}`, { method: "PUT", token: people.aOwner.token, json: { status } }));
  const before = await dumpDirectory();
  expect((await setStatus("disabled")).user.status).toBe("disabled");

  const after = await dumpDirectory();
  const seenBy = async ({ token }: TestUser) =>
    (await bodyOf(call(`/users/${shared.id}`, { token }))).user.status;
  expect(await seenBy(people.aOwner)).toBe("disabled");
  expect(await seenBy(people.bOwner)).toBe("active");
  await problemOf(call(`/companies/${a.id}`, { token: shared.token }), 404);
  await bodyOf(call(`/companies/${b.id}`, { token: shared.token }));

  // Nothing of the account is another's, and nothing of what they have with the other customer.
  const without = (dump: typeof before, ...tables: string[]) =>
    Object.fromEntries(Object.entries(dump).filter(([table]) => !tables.includes(table)));
  const withoutColumn = (rows: unknown[] = [], column: string) =>
    (rows as Record<string, unknown>[]).map(({ [column]: _, ...rest }) => rest);
  expect(withoutColumn(after.users, "updated_at")).toEqual(withoutColumn(before.users, "updated_at"));
  expect(without(after, "users", "user_accesses", "audit_events")).toEqual(
    without(before, "users", "user_accesses", "audit_events"),
  );
  const changed = (after.user_accesses as Record<string, unknown>[]).filter(
    (row, index) => JSON.stringify(row) !== JSON.stringify(before.user_accesses?.[index]),
  );
  expect(changed).toMatchObject([{ user_id: shared.id, company_id: a.id, access_id: 3 }]);
  expect((await setStatus("active")).user.status).toBe("active");
});
