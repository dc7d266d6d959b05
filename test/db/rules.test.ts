import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

const prepare = (sql: string, ...values: unknown[]) => env.DIRECTORY.prepare(sql).bind(...values);
const run = (sql: string, ...values: unknown[]) => prepare(sql, ...values).run();
const countOf = async (sql: string, ...values: unknown[]) =>
  Number((await prepare(`SELECT count(*) AS n FROM ${sql}`, ...values).first<{ n: number }>())?.n);
const grant = (user: TestUser, company: TestCompany, access: number, primary = 0) =>
  run(
    `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, ?, ?, 0)`,
    ...[user.id, company.id, access, primary],
  );
const disable = (...users: TestUser[]) =>
  run(
    "UPDATE users SET status = 'disabled' WHERE id IN (SELECT value FROM json_each(?))",
    JSON.stringify(users.map(({ id }) => id)),
  );
const suspend = (user: TestUser, company: TestCompany, at: number | null = 1) =>
  run(
    "UPDATE user_accesses SET suspended_at = ? WHERE user_id = ? AND company_id = ?",
    at,
    user.id,
    company.id,
  );
const enable = (user: TestUser) => run("UPDATE users SET status = 'active' WHERE id = ?", user.id);
const owners = (company: TestCompany) =>
  countOf("user_accesses WHERE company_id = ? AND access_id = 1", company.id);

const LAST_OWNER = /^D1_ERROR: last_owner: SQLITE_CONSTRAINT/;
const FIXED = /^D1_ERROR: fixed: SQLITE_CONSTRAINT/;
const APPEND_ONLY = /^D1_ERROR: append_only: SQLITE_CONSTRAINT/;

test("a refusal rolls its whole batch back and is never kept", async () => {
  const user = await createUser();
  const batch = env.DIRECTORY.batch([
    prepare("UPDATE users SET first_name = 'Changed' WHERE id = ?", user.id),
    prepare("INSERT INTO refusals (reason) SELECT 'some_reason' WHERE 1"),
    prepare("UPDATE users SET last_name = 'Changed' WHERE id = ?", user.id),
  ]);
  await expect(batch).rejects.toThrow(/^D1_ERROR: some_reason: SQLITE_CONSTRAINT/);
  expect(await countOf("users WHERE id = ? AND 'Changed' IN (first_name, last_name)", user.id)).toBe(0);
  expect(await countOf("refusals")).toBe(0);
  // A statement that inserts no row refuses nothing.
  await run("INSERT INTO refusals (reason) SELECT 'some_reason' WHERE 0");
});

describe("the last owner of a company", () => {
  const withOwners = async (count: number) => {
    const company = await createCompany();
    const users: TestUser[] = [];
    for (let n = 0; n < count; n++) {
      users.push(await createUser({ access: [{ company, role: "owner" }] }));
    }
    const [first, second] = users as [TestUser, TestUser];
    return { company, first, second };
  };
  const remove = (user: TestUser) => run("DELETE FROM user_accesses WHERE user_id = ?", user.id);
  const demote = (user: TestUser, access = 2) =>
    run("UPDATE user_accesses SET access_id = ? WHERE user_id = ?", access, user.id);

  test("is not removed, while one of two is", async () => {
    const { company, first, second } = await withOwners(2);
    await remove(first);
    await expect(remove(second)).rejects.toThrow(LAST_OWNER);
    expect(await owners(company)).toBe(1);
  });

  test.each([2, 3, 4])("does not become one with access %i, while one of two does", async (access) => {
    const { company, first, second } = await withOwners(2);
    await demote(first, access);
    await expect(demote(second, access)).rejects.toThrow(LAST_OWNER);
    expect(await owners(company)).toBe(1);
  });

  test("is not suspended, while one of two is", async () => {
    const { company, first, second } = await withOwners(2);
    await suspend(first, company);
    await expect(suspend(second, company)).rejects.toThrow(LAST_OWNER);
    await expect(remove(second)).rejects.toThrow(LAST_OWNER);
    // The suspended one may go, as they do not count.
    await remove(first);
    expect(await owners(company)).toBe(1);
  });

  test("is not removed together with the other one, by one statement either", async () => {
    const { company } = await withOwners(2);
    const all = run("DELETE FROM user_accesses WHERE company_id = ?", company.id);
    await expect(all).rejects.toThrow(LAST_OWNER);
    expect(await owners(company)).toBe(2);
  });

  test("is the last one who is not disabled", async () => {
    const { company, first, second } = await withOwners(2);
    await disable(first);
    await expect(remove(second)).rejects.toThrow(LAST_OWNER);
    await expect(demote(second)).rejects.toThrow(LAST_OWNER);
    // The disabled one may go, as they never counted.
    await remove(first);
    expect(await owners(company)).toBe(1);
  });

  test("counts again once enabled", async () => {
    const { company, first, second } = await withOwners(2);
    await disable(first);
    await enable(first);
    await remove(second);
    expect(await owners(company)).toBe(1);
  });

  test("may be one who is still pending", async () => {
    const { company, first } = await withOwners(1);
    const pending = await createUser({ status: "pending", access: [{ company, role: "owner" }] });
    await remove(first);
    await expect(remove(pending)).rejects.toThrow(LAST_OWNER);
  });

  test("is not made up for by a manager, nor by an owner of another company or of its parent", async () => {
    const parent = await createCompany();
    const company = await createCompany({ parent });
    const other = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    await createUser({ access: [{ company, role: "manager" }] });
    await createUser({ access: [{ company: parent, role: "owner" }] });
    await createUser({ access: [{ company: other, role: "owner" }] });
    await expect(remove(owner)).rejects.toThrow(LAST_OWNER);
  });

  test("does not move to another company, nor is handed to somebody else, and no other access is", async () => {
    const { company, first } = await withOwners(1);
    const agent = await createUser({ access: [{ company, role: "agent" }] });
    const other = await createCompany();
    const [active, disabled] = [await createUser(), await createUser({ status: "disabled" })];
    const move = (column: string, to: number, { id } = first) =>
      run(`UPDATE user_accesses SET ${column} = ? WHERE user_id = ?`, to, id);
    for (const someone of [first, agent]) {
      await expect(move("company_id", other.id, someone)).rejects.toThrow(FIXED);
      await expect(move("user_id", active.id, someone)).rejects.toThrow(FIXED);
      await expect(move("user_id", disabled.id, someone)).rejects.toThrow(FIXED);
    }
    expect(await owners(company)).toBe(1);
  });

  test("may be changed otherwise, and users who are not owners may leave at will", async () => {
    const { company, first } = await withOwners(1);
    await run("UPDATE users SET first_name = 'Other', status = 'active' WHERE id = ?", first.id);
    await run("UPDATE user_accesses SET access_id = 1 WHERE user_id = ?", first.id);
    const agent = await createUser({ access: [{ company, role: "agent" }] });
    await demote(agent, 4);
    await disable(agent);
    await remove(agent);
    expect(await countOf("user_accesses WHERE company_id = ?", company.id)).toBe(1);
  });

  test("a company that has no owner yet gets one", async () => {
    const company = await createCompany();
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    await demote(user, 1);
    await expect(demote(user, 2)).rejects.toThrow(LAST_OWNER);
  });
});

describe("of a user's accesses", () => {
  const primaries = async (user: TestUser) =>
    (await accessesInDatabase(user)).filter(({ primary }) => primary).map(({ company }) => company);
  const withCompanies = async () => {
    const [a, b, c] = [await createCompany(), await createCompany(), await createCompany()];
    return { a, b, c, user: await createUser() };
  };
  const remove = (user: TestUser, company: TestCompany) =>
    run("DELETE FROM user_accesses WHERE user_id = ? AND company_id = ?", user.id, company.id);

  test("the first is primary, and those that follow are not", async () => {
    const { a, b, user } = await withCompanies();
    await grant(user, a, 4);
    await grant(user, b, 4);
    expect(await primaries(user)).toEqual([a.id]);
  });

  test("one of several given by one statement is", async () => {
    const { a, b, c, user } = await withCompanies();
    await run(
      `INSERT INTO user_accesses SELECT NULL, ?, value, 4, 0, 0, NULL FROM json_each(?)`,
      ...[user.id, JSON.stringify([a.id, b.id, c.id])],
    );
    expect(await primaries(user)).toEqual([a.id]);
  });

  test("the oldest becomes primary where the primary goes", async () => {
    const { a, b, c, user } = await withCompanies();
    for (const company of [a, b, c]) await grant(user, company, 4);
    await remove(user, a);
    expect(await primaries(user)).toEqual([b.id]);
    await remove(user, c);
    expect(await primaries(user)).toEqual([b.id]);
    await remove(user, b);
    expect(await primaries(user)).toEqual([]);
    await grant(user, c, 4);
    expect(await primaries(user)).toEqual([c.id]);
  });

  test("one is primary after several went at once", async () => {
    const { a, b, c, user } = await withCompanies();
    for (const company of [a, b, c]) await grant(user, company, 4);
    await run("DELETE FROM user_accesses WHERE user_id = ? AND company_id <> ?", user.id, c.id);
    expect(await primaries(user)).toEqual([c.id]);
  });

  test("no second one is primary, nor is there a second in a company", async () => {
    const { a, b, user } = await withCompanies();
    await grant(user, a, 4);
    await expect(grant(user, b, 4, 1)).rejects.toThrow(/UNIQUE constraint failed: user_accesses.user_id/);
    await grant(user, b, 4);
    const both = run('UPDATE user_accesses SET "primary" = 1 WHERE user_id = ?', user.id);
    await expect(both).rejects.toThrow(/UNIQUE constraint failed: user_accesses.user_id/);
    await expect(grant(user, b, 3)).rejects.toThrow(
      /UNIQUE constraint failed: user_accesses.user_id, user_accesses.company_id/,
    );
    expect(await primaries(user)).toEqual([a.id]);
  });

  test("others' do not count", async () => {
    const { a, b, user } = await withCompanies();
    const other = await createUser({ access: [{ company: a, role: "viewer" }] });
    await grant(user, b, 4);
    await remove(other, a);
    expect(await primaries(user)).toEqual([b.id]);
    expect(await primaries(other)).toEqual([]);
  });
});

describe.each([
  [
    "audit_events",
    "INSERT INTO audit_events (action, object_type, object_id, details, created_at) VALUES ('user.created', 'user', ?, '{}', 0)",
    "action",
  ],
  [
    "legal_approvals",
    `INSERT INTO legal_approvals (user_id, legal_term_id, version, sha256, approved_at)
     SELECT ?, id, version, sha256, 0 FROM legal_terms LIMIT 1`,
    "version",
  ],
])("%s", (table, insert, column) => {
  test("only ever grows", async () => {
    await run(
      `INSERT INTO legal_terms (version, locale, title, body, sha256, published_at)
       VALUES (?, 'en', 'Terms', 'Be kind.', '00', 0)`,
      crypto.randomUUID(),
    );
    const user = await createUser();
    const before = await countOf(table);
    await run(insert, user.id);
    expect(await countOf(table)).toBe(before + 1);
    await expect(run(`UPDATE ${table} SET ${column} = 'other'`)).rejects.toThrow(APPEND_ONLY);
    await expect(run(`DELETE FROM ${table}`)).rejects.toThrow(APPEND_ONLY);
    expect(await countOf(table)).toBe(before + 1);
    expect(await countOf(`${table} WHERE ${column} = 'other'`)).toBe(0);
  });
});

describe("a company that nobody active owns says since when", () => {
  const since = async (company: TestCompany) =>
    (
      await prepare("SELECT without_owner_since AS since FROM companies WHERE id = ?", company.id).first<{
        since: number | null;
      }>()
    )?.since;

  test("however its owner stops being one, and no more once it has one again", async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    expect(await since(company)).toBeNull();
    const before = Date.now();
    await disable(owner);
    expect(await since(company)).toBeGreaterThanOrEqual(before - 1);
    expect(await since(company)).toBeLessThanOrEqual(Date.now() + 1);
    const marked = await since(company);
    await run("UPDATE users SET status = 'disabled' WHERE id = ?", owner.id);
    expect(await since(company)).toBe(marked);
    await enable(owner);
    expect(await since(company)).toBeNull();

    const pending = await createUser({ status: "pending", access: [{ company, role: "owner" }] });
    await suspend(owner, company);
    expect(await since(company)).not.toBeNull();
    await enable(pending);
    expect(await since(company)).toBeNull();
    await suspend(owner, company, null);
    await run("UPDATE user_accesses SET access_id = 2 WHERE user_id = ?", pending.id);
    expect(await since(company)).toBeNull();
  });

  test("unless a company above it has one, whose owner it goes with", async () => {
    const parent = await createCompany();
    const company = await createCompany({ parent });
    const [above, own] = [
      await createUser({ access: [{ company: parent, role: "owner" }] }),
      await createUser({ access: [{ company, role: "owner" }] }),
    ];
    await disable(own);
    expect(await since(company)).toBeNull();
    await disable(above);
    expect(await since(company)).not.toBeNull();
    expect(await since(parent)).not.toBeNull();
    await grant(await createUser(), parent, 1);
    expect(await since(company)).toBeNull();
    expect(await since(parent)).toBeNull();
  });
});
