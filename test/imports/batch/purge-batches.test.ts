import { beforeEach, expect, test } from "vitest";
import { purgeStore } from "../../../src/imports/batch/purge-batches.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const put = (leads: object[]) =>
  bodyOf(
    call(`/companies/${company.id}/leads/batch`, {
      token: manager.token,
      method: "PUT",
      json: { match_by: ["email"], leads },
    }),
  );

/** How many rows there are of the company's batches beside their leads. */
async function rowsBeside(): Promise<Record<string, number>> {
  const counts = ["import_matches", "import_rejections", "import_moved_copies", "import_spared"].map(
    async (table) => {
      const query = `SELECT count(*) AS n FROM ${table} t JOIN imports i ON i.id = t.import_id WHERE i.company_id = ?`;
      return [table, await company.database.prepare(query).bind(company.id).first<number>("n")] as const;
    },
  );
  return Object.fromEntries(await Promise.all(counts)) as Record<string, number>;
}

const ended = () =>
  company.database
    .prepare("SELECT max(finished_at) AS at FROM imports WHERE company_id = ?")
    .bind(company.id)
    .first<number>("at");

test("of a batch that can be taken back no more, there are its leads and its row", async () => {
  const created = await put([{ email: "ana@leads.test" }, { email: "nobody" }]);
  await put([{ email: "ana@leads.test", city: "Lima" }, { email: "nobody" }]);
  const before = await rowsBeside();
  expect(before).toMatchObject({ import_matches: 1, import_rejections: 2 });
  const at = (await ended()) ?? 0;
  await purgeStore(company.database, at - 1000);
  expect(await rowsBeside()).toEqual(before);
  await purgeStore(company.database, at);
  expect(Object.values(await rowsBeside())).toEqual([0, 0, 0, 0]);
  // Where the lead comes from is said as before, and found by it.
  const { leads } = await bodyOf(
    call(`/companies/${company.id}/leads?import_code_eq=${created.import_code}`, { token: manager.token }),
  );
  expect(leads).toMatchObject([{ city: "Lima", import: { import_code: created.import_code } }]);
  const left = "SELECT count(*) AS n FROM imports WHERE company_id = ? AND images_from IS NOT NULL";
  expect(await company.database.prepare(left).bind(company.id).first("n")).toBe(0);
});

test("imports of files keep theirs", async () => {
  await put([{ email: "ana@leads.test" }, { email: "nobody" }]);
  await company.database
    .prepare("UPDATE imports SET is_batch = 0 WHERE company_id = ?")
    .bind(company.id)
    .run();
  await purgeStore(company.database, Date.now());
  expect(await rowsBeside()).toMatchObject({ import_rejections: 1 });
});
