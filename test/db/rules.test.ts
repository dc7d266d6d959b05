import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { countOf, grant, prepare, run } from "./rule-statements.ts";

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
