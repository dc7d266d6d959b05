import { describe, expect, test } from "vitest";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { countOf, grant, prepare, run } from "./rule-statements.ts";

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

  test("is the last one who is active and whose address is confirmed", async () => {
    for (const differs of [{ status: "pending" as const }, { confirmed: false }]) {
      const { company, first } = await withOwners(1);
      const other = await createUser({ ...differs, access: [{ company, role: "owner" }] });
      await expect(remove(first)).rejects.toThrow(LAST_OWNER);
      await expect(demote(first)).rejects.toThrow(LAST_OWNER);
      await remove(other);
      expect(await owners(company)).toBe(1);
    }
  });

  test("leaves where they say so themselves", async () => {
    const { company, first } = await withOwners(1);
    await suspend(first, company, -1);
    await remove(first);
    expect(await owners(company)).toBe(0);
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
    await disable(owner);
    expect(await since(company)).not.toBeNull();
    await enable(pending);
    expect(await since(company)).toBeNull();
    const confirm = (at: number | null) =>
      run("UPDATE users SET email_confirmed_at = ? WHERE id = ?", at, pending.id);
    await confirm(null);
    expect(await since(company)).not.toBeNull();
    await confirm(1);
    expect(await since(company)).toBeNull();
    await enable(owner);
    await suspend(owner, company);
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
