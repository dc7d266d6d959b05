import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { leadCounts } from "../../../src/db/leads/schema.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { eraseStatements } from "../../../src/leads/erase/erase-statements.ts";
import { purgeDeletedLeads } from "../../../src/leads/erase/purge-leads.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const DAY = 24 * 60 * 60 * 1000;
const company: TestCompany = await createCompany();
let manager: TestUser;
let agent: TestUser;

const remove = (id: number, token = manager.token, query = "") =>
  call(`/leads/${id}${query}`, { token, method: "DELETE" });
const restore = (id: number, token = manager.token) =>
  call(`/leads/${id}/restore`, { token, method: "POST" });
const get = (id: number) => call(`/leads/${id}`, { token: manager.token });
const rows = async (query: string, ...values: unknown[]) =>
  (
    await company.database
      .prepare(query)
      .bind(...values)
      .all()
  ).results;
const stored = async (id: number) => (await rows("SELECT * FROM leads WHERE id = ?", id))[0];
const copyOf = (lead: { id: number; email: string | null }, differs = {}) =>
  createLead(company, { email: lead.email, duplicateOf: lead.id, ...differs });
const originalsOf = async (...ids: number[]) =>
  (await rows(`SELECT duplicate_of FROM leads WHERE id IN (${ids.join()}) ORDER BY id`)).map(
    (row) => row.duplicate_of,
  );

/** All that can hang on a lead. */
async function dressedLead(differs = {}) {
  const lead = await createLead(company, { answers: { 1: "x" }, ...differs });
  const { id: importId } = await createImportRow(company, manager);
  const db = company.database;
  await db.batch([
    db
      .prepare(
        "INSERT INTO lead_notes (company_id, lead_id, author_id, body, created_at) VALUES (?, ?, 1, 'x', 1)",
      )
      .bind(company.id, lead.id),
    db.prepare("INSERT INTO lead_tags VALUES (?, ?, 'vip')").bind(company.id, lead.id),
    db
      .prepare(
        "INSERT INTO lead_stage_changes (company_id, lead_id, from_stage_id, to_stage_id, changed_at) VALUES (?, ?, 1, 2, 1)",
      )
      .bind(company.id, lead.id),
    db
      .prepare("INSERT INTO import_matches (import_id, record_number, lead_id, changed) VALUES (?, 1, ?, 1)")
      .bind(importId, lead.id),
  ]);
  return lead;
}

const TABLES = ["lead_notes", "lead_tags", "lead_stage_changes", "import_matches"];

async function remainsOf(id: number): Promise<string[]> {
  const answers = await Promise.all(
    TABLES.map(async (table) => ({
      table,
      left: await rows(`SELECT 1 FROM ${table} WHERE lead_id = ?`, id),
    })),
  );
  return [
    ...((await stored(id)) ? ["leads"] : []),
    ...answers.filter(({ left }) => left.length > 0).map(({ table }) => table),
  ];
}

beforeAll(async () => {
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

describe("a deleted lead", () => {
  test("is shown nowhere until it is restored, with all that it had", async () => {
    const { id } = await dressedLead();
    const before = (await bodyOf(get(id))).lead;
    await bodyOf(remove(id), 204);
    await problemOf(get(id), 404);
    await problemOf(remove(id), 404);
    await problemOf(
      call(`/leads/${id}`, { token: manager.token, method: "PUT", json: { city: "Lima" } }),
      404,
    );
    expect(await remainsOf(id)).toEqual(["leads", ...TABLES]);
    const response = await restore(id);
    const { lead } = await bodyOf(response);
    expect(lead).toEqual({ ...before, updated_at: lead.updated_at });
    expect((await get(id)).headers.get("ETag")).toBe(response.headers.get("ETag"));
    // Restoring what is there changes nothing.
    const row = await stored(id);
    await bodyOf(restore(id));
    expect(await stored(id)).toEqual(row);
  });

  test("is the business of managers", async () => {
    const { id } = await createLead(company, { assignedTo: agent.id });
    const foreign = await createLead(company);
    await problemOf(remove(id, agent.token), 403);
    await problemOf(remove(id, agent.token, "?erase=true"), 403);
    await problemOf(remove(foreign.id, agent.token), 404);
    await problemOf(remove(foreign.id, agent.token, "?erase=true"), 404);
    await bodyOf(remove(id), 204);
    await problemOf(restore(id, agent.token), 403);
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    await problemOf(restore(id, stranger.token), 404);
    await problemOf(remove(id, stranger.token, "?erase=true"), 404);
    await problemOf(remove(foreign.id, manager.token, "?erase=perhaps"), 400);
    expect((await stored(id))?.deleted_at).not.toBeNull();
    expect((await stored(foreign.id))?.deleted_at).toBeNull();
  });

  test("leaves its e-mail to another, and cannot come back then", async () => {
    const first = await createLead(company);
    await bodyOf(remove(first.id), 204);
    const again = { token: manager.token, method: "POST", json: { email: first.email } };
    const { lead: second } = await bodyOf(call(`/companies/${company.id}/leads`, again), 201);
    const { errors } = await problemOf(restore(first.id), 409);
    expect(errors).toEqual([
      { pointer: "/email", code: "lead_exists", detail: `is that of lead ${second.id}` },
    ]);
    await bodyOf(remove(second.id), 204);
    await bodyOf(restore(first.id));
  });

  test("leaves its place to the oldest copy", async () => {
    const first = await createLead(company);
    const [second, third] = [await copyOf(first), await copyOf(first)];
    await bodyOf(remove(first.id), 204);
    expect(await originalsOf(second.id, third.id)).toEqual([null, second.id]);
    await problemOf(restore(first.id), 409);
    await bodyOf(remove(third.id), 204);
    await bodyOf(remove(second.id), 204);
    // The copy comes back to the lead that has the place now: none, then itself.
    await bodyOf(restore(first.id));
    expect((await bodyOf(restore(third.id))).lead.duplicate_of).toBe(first.id);
  });

  test("deleted twice at once is deleted once, and restored twice at once is there once, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const { id } = await createLead(company);
      const gone = await Promise.all([remove(id), remove(id)]);
      expect(gone.map(({ status }) => status).sort()).toEqual([204, 404]);
      const back = await Promise.all([restore(id), restore(id)]);
      expect(back.every(({ status }) => status === 200 || status === 404)).toBe(true);
      expect(back.some(({ status }) => status === 200)).toBe(true);
      expect(await stored(id)).toMatchObject({ deleted_at: null, version: 2 });
    }
  });

  test("is counted as one less", async () => {
    const counted = async () =>
      (await openLeads(company.database).select().from(leadCounts)).find(
        (row) => row.companyId === company.id,
      )?.leads;
    const json = { email: `${crypto.randomUUID()}@example.test` };
    const asked = { token: manager.token, method: "POST", json };
    const before = (await counted()) ?? 0;
    const { lead } = await bodyOf(call(`/companies/${company.id}/leads`, asked), 201);
    expect(await counted()).toBe(before + 1);
    await bodyOf(remove(lead.id), 204);
    expect(await counted()).toBe(before);
    await bodyOf(restore(lead.id));
    expect(await counted()).toBe(before + 1);
    await bodyOf(remove(lead.id, manager.token, "?erase=true"), 204);
    expect(await counted()).toBe(before);
  });
});

describe("after 30 days", () => {
  test("it is erased with all that hangs on it, and what pointed to it points elsewhere", async () => {
    const now = Date.now();
    const over = await dressedLead({ deletedAt: now - 30 * DAY });
    const within = await dressedLead({ deletedAt: now - 30 * DAY + 60_000 });
    const living = await dressedLead();
    const deletedCopy = await copyOf(over, { deletedAt: now });
    const [first, second] = [await copyOf(over), await copyOf(over)];
    await problemOf(restore(over.id), 404);
    await purgeDeletedLeads(openScheduledRun(env, now));
    expect(await remainsOf(over.id)).toEqual([]);
    for (const { id } of [within, living]) expect(await remainsOf(id)).toEqual(["leads", ...TABLES]);
    expect(await originalsOf(deletedCopy.id, first.id, second.id)).toEqual([first.id, null, first.id]);
    await bodyOf(restore(within.id));
  });

  test("not more than 200 go at a time, the oldest first", async () => {
    const now = Date.now();
    const make = "INSERT INTO leads (company_id, email, stage_id, created_at, updated_at, deleted_at)";
    await company.database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
         ${make} SELECT ?1, 'over-' || i, 1, 1, 1, i FROM n`,
      )
      .bind(company.id)
      .run();
    const left = async () =>
      (await rows("SELECT min(deleted_at) AS first, count(*) AS n FROM leads WHERE email LIKE 'over-%'"))[0];
    await purgeDeletedLeads(openScheduledRun(env, now));
    expect(await left()).toEqual({ first: 201, n: 50 });
    await purgeDeletedLeads(openScheduledRun(env, now));
    expect(await left()).toEqual({ first: null, n: 0 });
  });

  test("erasing reads no table whole, what points to a lead included", async () => {
    const db = openLeads(company.database);
    for (const statement of eraseStatements(db, [1, 2], 5, 5)) {
      const { sql, params } = statement.toSQL();
      const plan = await company.database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...params)
        .all<{ detail: string }>();
      const scans = plan.results.filter(({ detail }) => detail.startsWith("SCAN"));
      // What a subquery gives is looked through; it is of these leads and their copies.
      const others = scans.filter(({ detail }) => !/^SCAN (json_each|\(subquery-\d+\)|r$)/.test(detail));
      expect(others).toEqual([]);
      expect(plan.results.length).toBeGreaterThan(scans.length);
    }
  });
});
