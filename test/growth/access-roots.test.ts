import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";
import { rowsOf } from "../harness/people.ts";
import { seededRandom } from "../imports/seeded-random.ts";

/**
 * `access_roots` against what it is derived from: after any changes of accesses, for each company of a tree, the
 * strongest access that the roots give is the strongest that the accesses give; and no root is implied by another.
 */

const STEPS = 120;

test.each([1, 2, 3, 4])("roots say what all accesses say, seed %i", async (seed) => {
  const random = seededRandom(seed);
  const tree = await createTree();
  const users = await Promise.all([createUser(), createUser()]);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let step = 0; step < STEPS; step++) {
    const { id: userId } = pick(users);
    const { id: companyId } = pick(tree);
    const accessId = 2 + Math.floor(random() * 3);
    const statement =
      random() < 0.55
        ? env.DIRECTORY.prepare(
            `INSERT INTO user_accesses (user_id, company_id, access_id, created_at) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (user_id, company_id) DO UPDATE SET access_id = excluded.access_id`,
          ).bind(userId, companyId, accessId)
        : random() < 0.8
          ? env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ? AND company_id = ?").bind(
              userId,
              companyId,
            )
          : env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(userId);
    await statement.run();
    if (step % 4 === 0) await expectRoots(users);
  }
  await expectRoots(users);
});

async function expectRoots(users: { id: number }[]): Promise<void> {
  for (const { id } of users) {
    const reached = (table: string) =>
      rowsOf(
        `SELECT ca.company_id, min(a.access_id) AS access FROM ${table} a
         JOIN company_ancestors ca ON ca.ancestor_id = a.company_id WHERE a.user_id = ? GROUP BY ca.company_id`,
        id,
      );
    expect(await reached("access_roots")).toEqual(await reached("user_accesses"));
    const implied = await rowsOf(
      `SELECT r.company_id FROM access_roots r JOIN company_ancestors ca ON ca.company_id = r.company_id AND ca.depth > 0
       JOIN access_roots o ON o.user_id = r.user_id AND o.company_id = ca.ancestor_id AND o.access_id <= r.access_id
       WHERE r.user_id = ?`,
      id,
    );
    expect(implied).toEqual([]);
  }
}

test("neither a company's place in its tree nor whose an access is can be changed", async () => {
  const company = await createCompany();
  const user = await createUser({ access: [{ company, role: "viewer" }] });
  const other = await createUser();
  const moved = env.DIRECTORY.prepare("UPDATE company_ancestors SET ancestor_id = 1 WHERE company_id = ?");
  await expect(moved.bind(company.id).run()).rejects.toThrow(/fixed/);
  const transfer = env.DIRECTORY.prepare("UPDATE user_accesses SET user_id = ? WHERE user_id = ?");
  await expect(transfer.bind(other.id, user.id).run()).rejects.toThrow(/fixed/);
});

/** A tree of three levels, beside another one. */
async function createTree(): Promise<TestCompany[]> {
  const root = await createCompany();
  const middle = await Promise.all([createCompany({ parent: root }), createCompany({ parent: root })]);
  const leaves = await Promise.all(middle.map((parent) => createCompany({ parent })));
  return [root, ...middle, ...leaves, await createCompany()];
}
