import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { requestOf } from "../harness/api.ts";
import { countingRows, type RowsRead } from "../harness/databases/rows-read.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

/**
 * What a request reads for an agency with 5,000 companies: as much as for anybody, whether somebody has an access to
 * the agency alone, or owns each company besides, as people who create companies do.
 */

const COMPANIES = 5_000;
const MOST_ROWS = 100;

let agency: TestCompany;
let owner: TestUser;
let creator: TestUser;
let company: TestCompany;
let leadId: number;
let importCode: string;

beforeAll(async () => {
  agency = await createCompany();
  const { results } = await env.DIRECTORY.prepare(BRANCHES)
    .bind(agency.id, agency.store, COMPANIES)
    .all<{ id: number }>();
  const ids = JSON.stringify(results.map(({ id }) => id));
  await env.DIRECTORY.prepare(
    `INSERT INTO company_ancestors (company_id, ancestor_id, depth)
     SELECT value, value, 0 FROM json_each(?1) UNION ALL SELECT value, ?2, 1 FROM json_each(?1)`,
  )
    .bind(ids, agency.id)
    .run();
  [owner, creator] = await Promise.all([
    createUser({ access: [{ company: agency, role: "owner" }] }),
    createUser({ access: [{ company: agency, role: "owner" }] }),
  ]);
  await env.DIRECTORY.prepare(
    `INSERT INTO user_accesses (user_id, company_id, access_id, created_at) SELECT ?1, value, 1, 1 FROM json_each(?2)`,
  )
    .bind(creator.id, ids)
    .run();
  const branch = results[COMPANIES / 2]?.id ?? 0;
  company = { ...agency, id: branch };
  leadId = (await createLead(company)).id;
  const codes = [];
  for (let n = 0; n < 60; n++) {
    const id = results[(n % 10) * 83]?.id ?? branch;
    codes.push((await createImportRow({ ...agency, id }, owner)).importCode);
  }
  importCode = codes[0] ?? "";
});

const BRANCHES = `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?3)
  INSERT INTO companies (name, parent_company_id, lead_store, created_at, updated_at)
  SELECT 'Branch ' || value, ?1, ?2, 1, 1 FROM n RETURNING id`;

/** Asks twice, and tells what the second time reads. */
async function rowsReadFor(path: string, { token }: TestUser): Promise<{ rows: number; body: string }> {
  await ask(path, token, { rows: 0 });
  const read = { rows: 0 };
  return { body: await ask(path, token, read), rows: read.rows };
}

async function ask(path: string, token: string, read: RowsRead): Promise<string> {
  const bindings = {
    ...env,
    DIRECTORY: countingRows(env.DIRECTORY, read),
    LEADS_0: countingRows(env.LEADS_0, read),
    LEADS_1: countingRows(env.LEADS_1, read),
  };
  const context = createExecutionContext();
  const answer = (await worker.fetch(requestOf(path, { token }) as never, bindings, context)) as Response;
  await waitOnExecutionContext(context);
  expect(answer.status).toBe(200);
  return answer.text();
}

describe.each(["the agency's owner", "an owner of each company"])("%s", (who) => {
  test.each([
    ["the companies", () => "/companies"],
    ["the companies, backwards", () => "/companies?sort=-id"],
    ["one company", () => `/companies/${company.id}`],
    ["the leads of one", () => `/companies/${company.id}/leads`],
    ["a lead", () => `/leads/${leadId}`],
    ["the imports", () => "/import"],
    ["the imports of one", () => `/import?company_id_eq=${company.id}`],
    ["an import", () => `/import/${importCode}`],
    ["campaigns", () => `/companies/${company.id}/campaigns`],
    ["who they are", () => "/users/me"],
  ])("%s", async (name, path) => {
    const user = who === "the agency's owner" ? owner : creator;
    const { rows, body } = await rowsReadFor(path(), user);
    // biome-ignore lint/suspicious/noConsole: the figures are part of the answer.
    console.log(`${who}: ${name}: ${rows} rows read`);
    expect(rows).toBeLessThanOrEqual(MOST_ROWS);
    const { meta } = JSON.parse(body);
    if (name.startsWith("the companies")) expect(meta.total_records).toBe(COMPANIES + 1);
    if (name === "the imports") expect(meta.total_records).toBe(60);
  });
});
