import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "../../../src/auth/actor.ts";
import { openDirectory, openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { exportLeads } from "../../../src/leads/export/export.ts";
import { endOf, namesQuery, pageQuery, START } from "../../../src/leads/export/export-pages.ts";
import { resolveLeadFilter } from "../../../src/leads/list/filters.ts";
import { leadsQuery } from "../../../src/leads/list/list-schemas.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { countingRows } from "../../harness/databases/rows-read.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const FIELDS =
  "email,phone,first_name,last_name,company_name,job_title,city,state,country,source,stage,notes,external_id,website,tags";

const exportOf = (company: TestCompany, { token }: TestUser, query = "") =>
  call(`/companies/${company.id}/leads/export${query && `?${query}`}`, { token });
/** The bytes of an export as text, its BOM included. */
async function fileOf(answer: Promise<Response> | Response): Promise<string> {
  const response = await answer;
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer()).toString();
}
/** The e-mails of an export in their order. */
const emailsOf = (file: string) =>
  file
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[0]);

let company: TestCompany;
let viewer: TestUser;
let agent: TestUser;

beforeAll(async () => {
  company = await createCompany({ store: 1 });
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

describe("an export", () => {
  test("is a file that a spreadsheet opens and an import reads", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const { id: campaignId } = await createCampaign(own);
    const question = { companyId: own.id, campaignId, text: "?", position: 1 };
    const db = openLeads(own.database);
    const [channels, score, unasked] = await db
      .insert(questions)
      .values([
        { ...question, key: "channels", kind: "multiple_choice" },
        { ...question, key: "score", kind: "number" },
        { ...question, key: "silent", kind: "text" },
      ])
      .returning();
    await db.insert(questionOptions).values([
      { companyId: own.id, questionId: channels?.id ?? 0, value: "a;b", label: "A and B", position: 1 },
      { companyId: own.id, questionId: channels?.id ?? 0, value: "c", label: "C", position: 2 },
    ]);
    const common = { companyId: own.id, createdAt: 1000, campaignId };
    await createLead(own, {
      ...common,
      email: "ana@example.test",
      phone: "+525512345678",
      phoneRaw: "55 1234 5678 ext. 12",
      firstName: "Ana, “la jefa”",
      lastName: 'O"Hara',
      notes: "=cmd\nsecond line",
      stageId: 6,
      answers: { [channels?.id ?? 0]: ["a;b", "c"], [score?.id ?? 0]: 1e-7 },
      customFields: { stage: "hot", Canal: "WhatsApp", Color: "blue", silent: "no answer", _row: "9" },
    });
    await createLead(own, {
      ...common,
      createdAt: 2000,
      email: "bea@example.test",
      phone: "+34612345678",
      phoneRaw: "612 345 678, Bea",
      answers: { [score?.id ?? 0]: -3 },
    });
    await createLead(own, { ...common, email: "gone@example.test", deletedAt: 1 });
    expect(unasked?.key).toBe("silent");

    const answer = await exportOf(own, user);
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("Content-Disposition")).toMatch(
      new RegExp(`^attachment; filename="leads-${own.id}-\\d{4}-\\d\\d-\\d\\d\\.csv"$`),
    );
    expect(await fileOf(answer)).toBe(
      `\uFEFF${FIELDS},channels,score,custom_fields.Canal,Color,custom_fields._row,custom_fields.silent,custom_fields.stage\r\n` +
        'ana@example.test,55 1234 5678 ext. 12,"Ana, “la jefa”","O""Hara",,,,,,,won,"\'=cmd\nsecond line",,,,' +
        "A and B;c,0.0000001,WhatsApp,blue,9,no answer,hot\r\n" +
        // Without a country the number is not what its words lead to.
        "bea@example.test,'+34612345678,,,,,,,,,new,,,,,,'-3,,,,,\r\n",
    );
  });

  test("of no leads is a header", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    expect(await fileOf(exportOf(own, user))).toBe(`\uFEFF${FIELDS}\r\n`);
  });

  test("has the leads that its filters let through, and of these an agent's own", async () => {
    const campaign = await createCampaign(company);
    for (const [n, differs] of [
      {},
      { stageId: 2 },
      { stageId: 2, assignedTo: agent.id },
      { campaignId: campaign.id, assignedTo: agent.id },
    ].entries()) {
      await createLead(company, { email: `filtered-${n}@example.test`, createdAt: 1000 + n, ...differs });
    }
    const filtered = (query: string, user = viewer) => fileOf(exportOf(company, user, query)).then(emailsOf);
    const named = (...numbers: number[]) => numbers.map((n) => `filtered-${n}@example.test`);
    expect(await filtered("")).toEqual(named(0, 1, 2, 3));
    expect(await filtered("page=2&limit=1&sort=-created_at")).toEqual(named(0, 1, 2, 3));
    expect(await filtered("stage_eq=contacted")).toEqual(named(1, 2));
    expect(await filtered(`campaign_id_eq=${campaign.id}`)).toEqual(named(3));
    expect(await filtered("created_at_lt=1970-01-01T00:00:01.002Z")).toEqual(named(0, 1));
    expect(await filtered("", agent)).toEqual(named(2, 3));
    expect(await filtered("stage_eq=contacted", agent)).toEqual(named(2));
    const list = await bodyOf(
      call(`/companies/${company.id}/leads?stage_eq=contacted`, { token: viewer.token }),
    );
    expect(list.leads.map((one: { email: string }) => one.email).sort()).toEqual(named(1, 2));
    await problemOf(exportOf(company, viewer, "stage_eq=gone"), 400);
    await problemOf(exportOf(company, viewer, "nothing_eq=1"), 400);
    await problemOf(exportOf(await createCompany(), viewer), 404);
  });

  test("has each lead once over many pages, whatever they share and however large they are", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const make = (from: number, count: number, time: number, notes: number) =>
      own.database
        .prepare(
          `WITH RECURSIVE n(v) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT v + 1 FROM n WHERE v + 1 < ?2 + ?3)
           INSERT INTO leads (company_id, email, stage_id, created_at, updated_at, notes)
           SELECT ?1, v || '@x.test', 1, ?4, ?4, substr(hex(zeroblob(?5)), 1, ?5) FROM n`,
        )
        .bind(own.id, from, count, time, notes)
        .run();
    await make(0, 4500, 1000, 0);
    await make(4500, 200, 2000, 32_000);
    const file = await fileOf(exportOf(own, user));
    expect(emailsOf(file)).toEqual(Array.from({ length: 4700 }, (_, n) => `${n}@x.test`));
  });

  test("is refused before it begins where the leads have more fields than a file has columns for", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const email = `${crypto.randomUUID()}@x.test`;
    for (let n = 0; n < 6; n++) {
      const names = Array.from({ length: 200 }, (_, field) => [`field ${n * 200 + field}`, "x"]);
      await createLead(own, { customFields: Object.fromEntries(names), ...(n === 0 && { email }) });
    }
    const problem = await problemOf(exportOf(own, user), 409);
    expect(problem.code).toBe("too_many_custom_fields");
    expect(await fileOf(exportOf(own, user, `email_eq=${email}`))).toContain(",field 0,field 1,");
  });

  test("of many leads has the columns of the company, without reading the leads for it", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const { id: campaignId } = await createCampaign(own);
    const asked = { companyId: own.id, campaignId, text: "?", kind: "text", position: 1 } as const;
    await openLeads(own.database)
      .insert(questions)
      .values([
        { ...asked, key: "told", answered: true },
        { ...asked, key: "untold" },
      ]);
    await own.database.batch([
      own.database
        .prepare(
          `WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n WHERE v < 25000)
           INSERT INTO leads (company_id, email, stage_id, created_at, updated_at, custom_fields)
           SELECT ?1, v || '@x.test', 1, v, v, iif(v = 25000, '{"Shoe":"x"}', NULL) FROM n`,
        )
        .bind(own.id),
      own.database.prepare("INSERT INTO lead_counts (company_id, leads) VALUES (?1, 25001)").bind(own.id),
      own.database
        .prepare(
          "INSERT INTO custom_fields (company_id, name, seen_at) VALUES (?1, 'Shoe', 0), (?1, 'Old', 0)",
        )
        .bind(own.id),
    ]);
    const firstLine = async (query = "") => (await fileOf(exportOf(own, user, query))).split("\r\n")[0];
    const read = { rows: 0 };
    const tenant = mintTenant(own.store, countingRows(own.database, read), [own.id]);
    const { pieces } = await exportLeads(
      { directory: openDirectory(env.DIRECTORY) },
      { actor: { operator: true } as UserActor, companyId: own.id, tenant },
      leadsQuery.read(leadsQuery.schema.parse({})),
      Date.now(),
      new AbortController().signal,
    );
    const { value } = await pieces.next();
    expect(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value)).toBe(
      `\uFEFF${FIELDS},told,Old,Shoe\r\n`,
    );
    expect(read.rows).toBeLessThan(20);
    expect(await firstLine()).toBe(`\uFEFF${FIELDS},told,Old,Shoe`);
    // Of few leads, those that they have.
    expect(await firstLine("created_at_gt=1970-01-01T00:00:10.000Z")).toBe(`\uFEFF${FIELDS},Shoe`);
    // Leads from before there was a register are read.
    await own.database
      .prepare("UPDATE custom_field_counts SET complete = 0 WHERE company_id = ?")
      .bind(own.id)
      .run();
    expect(await firstLine()).toBe(`\uFEFF${FIELDS},Shoe`);
  });
});

test.each([
  ["", "leads_company_created (company_id=? AND created_at>? AND created_at<?)"],
  ["stage_eq=won", "leads_company_stage (company_id=? AND stage_id=? AND created_at>? AND created_at<?)"],
  [
    "campaign_id_eq=1",
    "leads_company_campaign (company_id=? AND campaign_id=? AND created_at>? AND created_at<?)",
  ],
  [
    "assigned_to_eq=1",
    "leads_company_assignee (company_id=? AND assigned_to=? AND created_at>? AND created_at<?)",
  ],
])("the pages of an export %s walk one index, in its order", async (query, index) => {
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const asked = Object.fromEntries(new URLSearchParams(query));
  const request = leadsQuery.read(leadsQuery.schema.parse(asked));
  const stages = [{ id: 6, name: "Won", key: "won", kind: "won", position: 6 } as const];
  const filter = await resolveLeadFilter(tenant, { companyId: company.id, assignee: null }, stages, request);
  const exported = {
    client: company.database,
    store: company.store,
    assignee: null,
    filter,
    after: START,
    end: endOf(1),
    gone: new AbortController().signal,
    scanned: null,
  };
  const values = { ...filter.values, endTime: 1, endId: 1, limit: 1, pageBytes: 1, afterTime: 0, afterId: 0 };
  for (const statement of [pageQuery(exported), namesQuery(exported)]) {
    const prepared = openLeads(company.database).all(sql`EXPLAIN QUERY PLAN ${statement}`).getQuery();
    const bound = prepared.params.map((value) => placeholderOf(value, values));
    const { results } = await company.database
      .prepare(prepared.sql)
      .bind(...bound)
      .all<{ detail: string }>();
    const steps = results.map(({ detail }) => detail);
    expect(steps).toContainEqual(expect.stringContaining(`SEARCH leads USING`));
    expect(steps.filter((step) => step.includes("leads ")).join()).toContain(index);
    expect(steps.filter((step) => /^SCAN leads/.test(step))).toEqual([]);
  }
});

function placeholderOf(value: unknown, values: Record<string, unknown>): unknown {
  const named = value as { name?: string } | null;
  return typeof named === "object" && named?.name !== undefined ? values[named.name] : value;
}
