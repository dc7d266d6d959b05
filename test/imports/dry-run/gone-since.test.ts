import { beforeEach, expect, test } from "vitest";
import type { Mapping } from "../../../src/imports/columns/mapping.ts";
import { bodyOf, call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { ask } from "../control/asked.ts";
import { quiet } from "./dry-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const importOf = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: manager.token }))).import_file;
const change = (sql: string, ...values: unknown[]) =>
  company.database
    .prepare(sql)
    .bind(...values)
    .run();

/** A dry run of a file that answers a question with two choices. */
async function tried(mapping: Mapping | null = null) {
  const { id: campaign } = await createCampaign(company);
  const created = await change(
    `INSERT INTO questions (company_id, campaign_id, key, text, kind, required, position)
     VALUES (?1, ?2, 'size', 'Size?', 'single_choice', 0, 1)`,
    company.id,
    campaign,
  );
  const question = created.meta.last_row_id;
  await change(
    `INSERT INTO question_options (company_id, question_id, label, value, position)
     VALUES (?1, ?2, 'S', 'S', 1), (?1, ?2, 'M', 'M', 2)`,
    company.id,
    question,
  );
  const content = "Email,size,Estado\na@leads.test,S,hot\nb@leads.test,M,hot";
  const code = await prepareImport(company, content, "skip", campaign, "MX", { dryRun: true, mapping });
  await deliver(code, { env: quiet() });
  expect(await importOf(code)).toMatchObject({ status: 6, warning_records: 0 });
  return { code, question };
}

test.each([
  ["question “size”", "UPDATE questions SET archived = 1 WHERE id = ?"],
  [
    "choice “M” of the question “size”",
    "UPDATE question_options SET archived = 1 WHERE question_id = ? AND value = 'M'",
  ],
])("what is gone since a dry run keeps it from being committed, and is named: %s", async (what, sql) => {
  const { code, question } = await tried();
  await change(sql, question);
  const refused = await ask("commit", code, manager.token);
  expect([refused.status, refused.body.code]).toEqual([409, "not_committable"]);
  for (const said of [what, "Run a dry run again"]) expect(refused.body.detail).toContain(said);
  expect(await importOf(code)).toMatchObject({ status: 6 });

  await change(sql.replace("= 1", "= 0"), question);
  expect((await ask("commit", code, manager.token)).status).toBe(202);
  await change(sql, question);
  await deliver(code, { env: quiet() });
  expect(await importOf(code)).toMatchObject({
    status: 4,
    processed_records: 0,
    failure: { code: "dry_run_outdated", detail: expect.stringContaining(what) },
  });
});

test("a stage that the mapping of a dry run names is looked for, too", async () => {
  const { code } = await tried({ Estado: { to: "stage", values: { hot: "won" } } });
  const mapping = "json_replace(mapping, '$.Estado.values.hot', 'Nowhere')";
  await change(`UPDATE imports SET mapping = ${mapping} WHERE import_code = ?`, code);
  const refused = await ask("commit", code, manager.token);
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("stage “Nowhere”")]);
});
