import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "../../../src/auth/actor.ts";
import { openDirectory, openLeads } from "../../../src/db/clients.ts";
import { questions } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { listLeads } from "../../../src/leads/list/list-leads.ts";
import { leadsQuery } from "../../../src/leads/list/list-schemas.ts";
import { createCampaign, createCompany, createImportRow, type TestCompany } from "../../harness/factories.ts";

/**
 * How SQLite finds what the lists of leads ask for. With a million leads a company, a list is as good as the index
 * that serves it: what is walked has to come in the list's order, and what is sorted has to be little.
 */

let company: TestCompany;

beforeAll(async () => {
  company = await createCompany();
  const { id: campaignId } = await createCampaign(company);
  await openLeads(company.database)
    .insert(questions)
    .values({ companyId: company.id, campaignId, key: "budget", text: "?", kind: "number", position: 1 });
});

type Query = Record<string, string>;

/** The steps of a list's statements over leads: of its page, and of its count. */
async function plansOf(query: Query, accessId: number): Promise<{ page: string[]; count: string[] }> {
  const asked: { sql: string; values: unknown[] }[] = [];
  const database = company.database;
  const recorder = {
    prepare: (sql: string) => ({
      bind(...values: unknown[]) {
        asked.push({ sql, values });
        return database.prepare(sql).bind(...values);
      },
    }),
    batch: (statements: D1PreparedStatement[]) => database.batch(statements),
  } as unknown as D1Database;
  const tenant = mintTenant(company.store, recorder, [company.id]);
  const actor = { kind: "user", userId: 5, operator: false, grants: new Map([[company.id, { accessId }]]) };
  const request = leadsQuery.read(await leadsQuery.schema.parseAsync(query));
  const seen = { actor: actor as unknown as UserActor, companyId: company.id, tenant };
  await listLeads({ directory: openDirectory(env.DIRECTORY) }, seen, request, async () => {});
  const lists = asked.filter(({ sql }) => /from "(leads|lead_counts)"|lead_search/i.test(sql));
  const plans = await Promise.all(
    lists.map(async ({ sql, values }) => {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values);
      return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail);
    }),
  );
  return { page: plans[0] ?? [], count: plans[1] ?? [] };
}

/** The step that goes over leads themselves. */
const over = (plan: string[]) => plan.find((step) => /^(SCAN|SEARCH) leads\b/.test(step)) ?? "";
const sorts = (plan: string[]) => plan.some((step) => step.includes("TEMP B-TREE FOR ORDER BY"));

const CREATED = "leads_company_created (company_id=?";
const STAGE = "leads_company_stage (company_id=? AND stage_id=?";
const CAMPAIGN = "leads_company_campaign (company_id=? AND campaign_id=?";
const ASSIGNEE = "leads_company_assignee (company_id=? AND assigned_to=?";
const ASSIGNEE_STAGE = "leads_company_assignee_stage (company_id=? AND assigned_to=? AND stage_id=?";
const ID = "INTEGER PRIMARY KEY (rowid=?";
const TIMES = "AND created_at>? AND created_at<?";

const LEADS_INDEX = /^SEARCH leads USING (INDEX leads_company|INTEGER PRIMARY KEY)/;
const COUNTER = /^SEARCH lead_counts USING INTEGER PRIMARY KEY/;
const isWhole = (query: Query) =>
  Object.keys(query).every((name) => ["sort", "page", "limit"].includes(name));

/** What is asked; the index for somebody who sees all; the one for an agent. */
const WALKED: [Query, string, string][] = [
  [{}, CREATED, ASSIGNEE],
  [{ sort: "created_at" }, CREATED, ASSIGNEE],
  [{ page: "400", limit: "100" }, CREATED, ASSIGNEE],
  [{ stage_eq: "won" }, STAGE, ASSIGNEE_STAGE],
  [{ stage_in: "won,new" }, CREATED, ASSIGNEE],
  [{ stage_not_eq: "won" }, CREATED, ASSIGNEE],
  [{ campaign_id_eq: "1" }, CAMPAIGN, CAMPAIGN],
  [{ campaign_id_null: "true" }, CAMPAIGN, ASSIGNEE],
  [{ campaign_id_in: "1,2" }, CREATED, ASSIGNEE],
  [{ assigned_to_eq: "5" }, ASSIGNEE, ASSIGNEE],
  [{ assigned_to_eq: "5", stage_eq: "won" }, ASSIGNEE_STAGE, ASSIGNEE_STAGE],
  [{ assigned_to_in: "5,6" }, CREATED, ASSIGNEE],
  [{ assigned_to_null: "true" }, CREATED, ASSIGNEE],
  [{ assigned_to_null: "true", stage_eq: "won" }, STAGE, ASSIGNEE_STAGE],
  [{ phone_start: "+52" }, CREATED, ASSIGNEE],
  [{ company_name_cont: "acme" }, CREATED, ASSIGNEE],
  [{ city_in: "León,Lima" }, CREATED, ASSIGNEE],
  [{ source_null: "true" }, CREATED, ASSIGNEE],
  [{ notes_cont: "x" }, CREATED, ASSIGNEE],
  [{ duplicate_of_null: "false" }, CREATED, ASSIGNEE],
  [{ record_number_eq: "1" }, CREATED, ASSIGNEE],
  [{ updated_at_gt: "2026-01-01" }, CREATED, ASSIGNEE],
  [{ "answers.budget_gt": "5" }, CREATED, ASSIGNEE],
  [{ "custom_fields.x_cont": "5" }, CREATED, ASSIGNEE],
  [
    { created_at_gt: "2026-01-01", created_at_lt: "2026-02-01" },
    `${CREATED} ${TIMES}`,
    `${ASSIGNEE} ${TIMES}`,
  ],
  [{ import_code_eq: "imp_x" }, `${CREATED} ${TIMES}`, `${ASSIGNEE} ${TIMES}`],
  [{ file_sha256_eq: "x" }, `${CREATED} ${TIMES}`, `${ASSIGNEE} ${TIMES}`],
];

describe.each([
  ["all", 2, 1],
  ["an agent", 3, 2],
] as const)("what is walked for %s comes in the list's order", (_, accessId, at) => {
  test.each(WALKED.map((one) => [JSON.stringify(one[0]), one] as const))("%s", async (_, wanted) => {
    const { page, count } = await plansOf(wanted[0], accessId);
    expect(over(page)).toContain(`USING INDEX ${wanted[at]}`);
    expect(sorts(page)).toBe(false);
    const counted = accessId === 2 && isWhole(wanted[0]) ? COUNTER : LEADS_INDEX;
    expect(count).toContainEqual(expect.stringMatching(counted));
  });

  test("a page by a cursor begins where it is, and counts nothing", async () => {
    const cursor = await cursorOf(accessId);
    const { page, count } = await plansOf({ cursor }, accessId);
    expect(over(page)).toContain("created_at<?)");
    expect(sorts(page)).toBe(false);
    expect(count).toEqual([]);
  });
});

describe("by the last change, both indexes are gone through at once, and the first of each is the next", () => {
  test.each([
    {},
    { sort: "-updated_at" },
    { updated_at_gteq: "2026-01-01" },
    { updated_at_gt: "2026-01-01", stage_eq: "won", city_cont: "x" },
  ] as Query[])("%o", async (beside) => {
    for (const accessId of [2, 3]) {
      const { page } = await plansOf({ sort: "updated_at", ...beside }, accessId);
      const walked = page.filter((step) => /^(SEARCH leads|MERGE)\b/.test(step));
      expect(walked).toEqual([
        "MERGE (UNION ALL)",
        expect.stringContaining(
          "INDEX leads_company_created (company_id=? AND created_at>? AND created_at<?)",
        ),
        expect.stringContaining(
          "INDEX leads_company_updated (company_id=? AND updated_at>? AND updated_at<?)",
        ),
        `SEARCH leads USING ${ID})`,
      ]);
      expect(page.join()).not.toContain("TEMP B-TREE");
    }
  });

  test("those that are named are looked up", async () => {
    const { page } = await plansOf({ sort: "updated_at", id_in: "1,2" }, 2);
    expect(over(page)).toContain(ID);
  });
});

describe("what names leads one by one sorts no more than these", () => {
  const NAMED: [Query, string][] = [
    [{ id_eq: "1" }, ID],
    [{ id_in: "1,2" }, ID],
    [{ email_eq: "a@b.test" }, ID],
    [{ email_in: "a@b.test,c@d.test", stage_eq: "won" }, ID],
    [{ tags_eq: "vip" }, ID],
    [{ tags_in: "vip,cold", stage_eq: "won" }, ID],
    [{ duplicate_of_eq: "1" }, "leads_duplicate_of (duplicate_of=?)"],
    [{ import_code_eq: "imp_x", import_outcome_eq: "updated" }, ID],
  ];
  test.each(NAMED.map((one) => [JSON.stringify(one[0]), ...one] as const))("%s", async (_, query, index) => {
    for (const accessId of [2, 3]) {
      const { page, count } = await plansOf(query, accessId);
      expect(over(page)).toContain(index);
      expect(over(count)).toContain(index);
    }
  });

  test("many that an import updated are found on the way through all leads, and counted by its records", async () => {
    const many = { updatedRecords: 5_001, nextRecord: 5_002 };
    const { importCode } = await createImportRow(company, { id: 1 }, many);
    const query = { import_code_eq: importCode, import_outcome_eq: "updated" };
    const { page, count } = await plansOf(query, 2);
    expect(over(page)).toContain(`USING INDEX ${CREATED}`);
    expect(page).toContainEqual(expect.stringContaining("import_matches_lead (lead_id=? AND import_id=?)"));
    expect(sorts(page)).toBe(false);
    expect(over(count)).toContain(ID);
    expect(count).toContainEqual(expect.stringMatching(/^SEARCH m USING INDEX .*\(import_id=\?\)/));
  });

  test("addresses by their index", async () => {
    const { page } = await plansOf({ email_eq: "a@b.test" }, 2);
    expect(page).toContain("SEARCH h USING INDEX leads_email (company_id=? AND email=?)");
  });

  test("tags by the index of the company's tags", async () => {
    const { page } = await plansOf({ tags_eq: "vip" }, 2);
    expect(page).toContain("SEARCH t USING COVERING INDEX lead_tags_company (company_id=? AND tag=?)");
  });
});

describe("a search goes through the index of words, in the order of its rows, and looks up each lead", () => {
  test.each([
    {},
    { sort: "created_at" },
    { count: "exact" },
    { stage_eq: "won", assigned_to_eq: "5", count: "exact" },
    { tags_eq: "vip" },
  ] as Query[])("%o", async (beside) => {
    for (const accessId of [2, 3]) {
      const { page, count } = await plansOf({ q: "lucia romero", ...beside }, accessId);
      for (const plan of beside.count ? [page, count] : [page]) {
        const walked = plan.filter((step) => /^(SCAN|SEARCH) (leads|lead_search)\b/.test(step));
        // M: by the words; > and <: from one row to another.
        expect(walked[0]).toMatch(/^SCAN lead_search VIRTUAL TABLE INDEX \d+:M\d+[<>]+$/);
        expect(walked[1]).toBe("SEARCH leads USING INTEGER PRIMARY KEY (rowid=?)");
        expect(sorts(plan)).toBe(false);
      }
    }
  });
});

test("counts of those that nobody works look at an index alone, which knows who works a lead", async () => {
  const { count } = await plansOf({ assigned_to_null: "true" }, 2);
  expect(over(count)).toContain("leads_company_created");
});

test("no filter leads to a scan of leads, by itself or with another", async () => {
  const names = Object.keys(leadsQuery.schema.shape).filter((name) =>
    /_(eq|not_eq|in|cont|start|null|gt)$/.test(name),
  );
  expect(names.length).toBeGreaterThan(80);
  for (const [index, name] of names.entries()) {
    const other = names[(index * 7 + 3) % names.length] ?? name;
    const { page, count } = await plansOf(
      Object.fromEntries([name, other, ...besides([name, other])].map((one) => [one, anyValueOf(one)])),
      index % 2 ? 2 : 3,
    );
    expect(over(page), `${name} & ${other}`).toMatch(/^SEARCH leads /);
    expect(over(count), `${name} & ${other}`).toMatch(/^SEARCH leads /);
  }
});

const OUTCOME = "import_outcome_eq";

/** An outcome is asked for of an import. */
function besides(names: string[]): string[] {
  return names.includes(OUTCOME) ? ["import_code_eq"] : [];
}

function anyValueOf(name: string): string {
  if (name.endsWith("_null")) return "true";
  if (name.startsWith("stage_")) return "won";
  if (name === OUTCOME) return "updated";
  return /_at_/.test(name) ? "2026-01-01" : "1";
}

async function cursorOf(accessId: number): Promise<string> {
  const now = Date.now();
  for (const id of [1, 2]) {
    await company.database
      .prepare(
        `INSERT INTO leads (company_id, email, stage_id, assigned_to, created_at, updated_at)
         VALUES (?, ?, 1, 5, ?, ?)`,
      )
      .bind(company.id, `key-${accessId}-${id}`, now, now)
      .run();
  }
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const actor = { kind: "user", userId: 5, operator: false, grants: new Map([[company.id, { accessId }]]) };
  const request = leadsQuery.read(await leadsQuery.schema.parseAsync({ limit: "1" }));
  const { nextCursor } = await listLeads(
    { directory: openDirectory(env.DIRECTORY) },
    { actor: actor as unknown as UserActor, companyId: company.id, tenant },
    request,
    async () => {},
  );
  return nextCursor ?? "";
}
