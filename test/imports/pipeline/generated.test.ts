import { describe, expect, it } from "vitest";
import { QUESTIONS } from "../../../src/cli/seed/data.ts";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import {
  COUNTRY,
  type ExpectedLead,
  generateLeads,
  importCountersOf,
  type LeadFile,
  type Truth,
} from "../../fixtures/generate-leads.ts";
import { STAGE_CATALOGUE } from "../../fixtures/spring-2026.ts";
import { createCampaign, createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

/** A campaign with the questions of the generated files. @returns its id, and theirs by key. */
async function createSpring(company: TestCompany) {
  const campaign = await createCampaign(company);
  const db = openLeads(company.database);
  const ids = new Map<string, number>();
  const owner = { companyId: company.id };
  for (const [position, { id: _, options = [], ...question }] of QUESTIONS.entries()) {
    const values = { ...question, ...owner, campaignId: campaign.id, position };
    const [row] = await db.insert(questions).values(values).returning();
    if (!row) throw new Error("no question");
    ids.set(question.key, row.id);
    for (const [index, option] of options.entries()) {
      await db.insert(questionOptions).values({ ...option, ...owner, questionId: row.id, position: index });
    }
  }
  return { campaignId: campaign.id, ids };
}

/** Imports a generated file. @returns what its maker knows of it, and the import's counters. */
async function importGenerated(
  company: TestCompany,
  file: LeadFile,
  mode: "skip" | "update",
  campaignId: number,
) {
  const { chunks, truth } = generateLeads({ ...file, leads: file.records });
  const decoder = new TextDecoder();
  let text = "";
  for (const chunk of chunks()) text += decoder.decode(chunk, { stream: true });
  const code = await prepareImport(company, text, mode, campaignId);
  expect(await deliver(code, { limits: CHUNK_LIMITS })).toBe(true);
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number>>();
  if (!row) throw new Error("no import");
  return { truth: truth(), row };
}

function expectedRow(truth: Truth) {
  return {
    status: truth.failed > 0 ? 3 : 2,
    country: COUNTRY,
    ...importCountersOf(truth),
  };
}

/** What the store itself counts of an import. */
async function countsInStore(company: TestCompany, importId: number) {
  const one = (sql: string) => company.database.prepare(sql).bind(importId).first<number>("n");
  const { results } = await company.database
    .prepare("SELECT code, count(*) AS n FROM import_rejections WHERE import_id = ? GROUP BY code")
    .bind(importId)
    .all<{ code: string; n: number }>();
  return {
    created: await one("SELECT count(*) AS n FROM leads WHERE import_id = ?"),
    updated: await one("SELECT count(*) AS n FROM import_matches WHERE import_id = ? AND changed"),
    unchanged: await one("SELECT count(*) AS n FROM import_matches WHERE import_id = ? AND NOT changed"),
    failedByCode: Object.fromEntries(results.map(({ code, n }) => [code, n])),
  };
}

/** The leads of a company in the words of the generator. */
async function leadsOf(company: TestCompany, ids: Map<string, number>): Promise<unknown[]> {
  const keys = new Map([...ids].map(([key, id]) => [String(id), key]));
  const { results } = await company.database
    .prepare("SELECT * FROM leads WHERE company_id = ? ORDER BY record_number")
    .bind(company.id)
    .all<Record<string, string | null>>();
  return results.map((row) => ({
    recordNumber: row.record_number,
    dedupeKey: row.email ?? row.phone ?? "",
    email: row.email,
    phone: row.phone,
    phoneRaw: row.phone_raw,
    firstName: row.first_name,
    lastName: row.last_name,
    companyName: row.company_name,
    jobTitle: row.job_title,
    city: row.city,
    state: row.state,
    country: row.country,
    source: row.source,
    stage: STAGE_CATALOGUE.find(({ id }) => id === Number(row.stage_id))?.key ?? null,
    notes: row.notes,
    externalId: row.external_id,
    answers: Object.fromEntries(
      Object.entries(JSON.parse(row.answers ?? "{}")).map(([id, value]) => [keys.get(id), value]),
    ),
    customFields: JSON.parse(row.custom_fields ?? "{}"),
  }));
}

/** Leads as the store has them: one that names no stage is at the first. */
function asStored(leads: ExpectedLead[]): unknown[] {
  return leads.map(({ warning: _, ...lead }) => ({ ...lead, stage: lead.stage ?? "new" }));
}

describe.each([2026, 4711])("5,000 generated records, seed %i", (seed) => {
  it("come to what their maker says, field by field", async () => {
    const company = await createCompany({ store: 0 });
    const { campaignId, ids } = await createSpring(company);
    const { truth, row } = await importGenerated(company, { seed, records: 5000 }, "skip", campaignId);
    expect(truth.total).toBe(5000);
    for (const outcome of ["created", "duplicate", "failed", "warnings"] as const) {
      expect(truth[outcome]).toBeGreaterThan(200);
    }
    expect(row).toMatchObject(expectedRow(truth));
    expect(await countsInStore(company, row.id ?? 0)).toEqual({
      created: truth.created,
      updated: 0,
      unchanged: 0,
      failedByCode: truth.failedByCode,
    });
    expect(await leadsOf(company, ids)).toEqual(asStored(truth.leads));
  });

  it("come to what their maker says as the next version of a file", async () => {
    const company = await createCompany({ store: 1 });
    const { campaignId, ids } = await createSpring(company);
    const first = await importGenerated(company, { seed, records: 4000 }, "skip", campaignId);
    expect(first.row).toMatchObject(expectedRow(first.truth));

    const since = { records: 4000, changed: 0.3 };
    const second = { seed, records: 5000, since };
    const { truth, row } = await importGenerated(company, second, "update", campaignId);
    for (const outcome of ["created", "updated", "unchanged", "duplicate", "failed", "warnings"] as const) {
      expect(truth[outcome]).toBeGreaterThan(200);
    }
    expect(row).toMatchObject(expectedRow(truth));
    expect(await countsInStore(company, row.id ?? 0)).toEqual({
      created: truth.created,
      updated: truth.updated,
      unchanged: truth.unchanged,
      failedByCode: truth.failedByCode,
    });
    expect(await leadsOf(company, ids)).toEqual(asStored(truth.leads));
  });
});
