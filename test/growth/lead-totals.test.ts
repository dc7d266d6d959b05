import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { requestOf } from "../harness/api.ts";
import { countingRows } from "../harness/databases/rows-read.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

/**
 * The totals of a company with more leads than are counted for a list: one in two is a duplicate of the one before,
 * and all are assigned to one agent.
 */

const PEOPLE = 10_020;
const LEADS = 2 * PEOPLE;
const COUNTED = 10_000;

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  const { database } = company;
  const insert = database.prepare(
    `WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1 + ?2)
     INSERT INTO leads (id, company_id, duplicate_of, email, stage_id, assigned_to, created_at, updated_at)
     SELECT i, ?3, iif((i - ?1) % 2, i - 1, NULL),
       'p' || ((i - ?1) / 2) || '@x.test', 1, ?4, 1000 + i, 1 FROM n`,
  );
  await database.batch([
    insert.bind(5_000_000, LEADS, company.id, agent.id),
    database.prepare("INSERT INTO lead_counts (company_id, leads) VALUES (?, ?)").bind(company.id, LEADS),
  ]);
});

async function list(query: string, { token }: TestUser = manager) {
  const read = { rows: 0 };
  const context = createExecutionContext();
  const request = requestOf(`/companies/${company.id}/leads${query}`, { token });
  const bindings = { ...env, LEADS_0: countingRows(env.LEADS_0, read) };
  const answer = (await worker.fetch(request as never, bindings, context)) as Response;
  await waitOnExecutionContext(context);
  expect(answer.status).toBe(200);
  const { meta } = (await answer.json()) as { meta: Record<string, unknown> };
  return { meta, rows: read.rows, links: answer.headers.get("Link") ?? "" };
}

const capped = { total_records: COUNTED, total_is_at_least: true };

test("all leads are a counter, which costs nothing to read", async () => {
  for (const query of ["", "?sort=created_at", "?count=exact"]) {
    const { meta, rows, links } = await list(query);
    expect(meta.total_records).toBe(LEADS);
    expect(meta).not.toHaveProperty("total_is_at_least");
    expect(links).toContain('rel="last"');
    expect(rows).toBeLessThan(200);
  }
});

describe.each([
  ["a filter", "?email_start=p", () => manager],
  ["an agent, who sees their own", "?", () => agent],
  ["duplicates", "/duplicates?", () => manager],
])("%s", (name, path, who) => {
  const all = name === "duplicates" ? PEOPLE : LEADS;

  test("stops counting, says so, and leads on all the same", async () => {
    const { meta, links } = await list(path, who());
    expect(meta).toMatchObject({ ...capped, next_page: 2 });
    expect(links).not.toContain('rel="last"');
    const beyond = await list(`${path}&limit=100&page=101`, who());
    const isMore = all > 101 * 100;
    expect(beyond.meta).toMatchObject({ ...capped, prev_page: 100, next_page: isMore ? 102 : null });
  });

  test("counts all where it is asked to", async () => {
    const { meta, links } = await list(`${path}&count=exact`, who());
    expect(meta).toMatchObject({ total_records: all });
    expect(meta).not.toHaveProperty("total_is_at_least");
    expect(links).toContain('rel="last"');
  });
});

test("leads that nobody works are counted as those of a filter", async () => {
  expect((await list("/unassigned")).meta).toMatchObject({ total_records: 0 });
});

test("a count reads little more than it says, and none is made for a cursor", async () => {
  const { rows, meta } = await list("?email_start=p&limit=1");
  expect(rows).toBeLessThan(1.1 * COUNTED);
  const next = await list(`?email_start=p&limit=1&cursor=${meta.next_cursor}`);
  expect(next.meta).toMatchObject({ total_records: null });
  expect(next.rows).toBeLessThan(200);
});
