import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { loadActor } from "../../src/auth/actor.ts";
import { openDatabases } from "../../src/db/clients.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { exportLeads } from "../../src/leads/export/export.ts";
import { leadsQuery } from "../../src/leads/list/list-schemas.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";

const LEADS = 60_000;

/** Leads of a company, many at one time so that the id has to tell them apart. */
async function createLeads(company: TestCompany, leads: number): Promise<void> {
  await company.database.batch([
    company.database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
         INSERT INTO leads (company_id, dedupe_key, email, stage_id, created_at, updated_at)
         SELECT ?1, 'p' || i || '@x.test', 'p' || i || '@x.test', 1, 1000 + i / 700, 1 FROM n`,
      )
      .bind(company.id, leads),
    company.database
      .prepare("INSERT INTO lead_counts (company_id, leads) VALUES (?, ?)")
      .bind(company.id, leads),
  ]);
}

async function exportPart(
  company: TestCompany,
  userId: number,
  query: Record<string, string>,
  partLeads?: number,
) {
  const databases = openDatabases(env, { for: "read" });
  const claims = { userId, version: 0, session: "", expiresAt: 0 };
  const actor = await loadActor(env.DIRECTORY, claims, { companyIds: [company.id] });
  if (!actor) throw new Error("no actor");
  const tenant = mintTenant(company.store, databases.leads(company.store), [company.id]);
  const seen = { actor, companyId: company.id, tenant };
  const request = leadsQuery.read(await leadsQuery.schema.parseAsync(query));
  const { pieces, nextCursor } = await exportLeads(
    databases,
    seen,
    request,
    Date.now(),
    new AbortController().signal,
    partLeads,
  );
  let text = "";
  for await (const piece of pieces) text += piece;
  const emails = text
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[0] ?? "");
  return { emails, nextCursor, statements: databases.budget.spent };
}

test("parts are the whole: each lead once, in order, whatever its filters", async () => {
  const company = await createCompany();
  const { id } = await createUser({ access: [{ company, role: "owner" }] });
  await createLeads(company, 5_000);
  for (const query of [{}, { email_cont: "7" }]) {
    const whole = await exportPart(company, id, query);
    expect(whole.nextCursor).toBeNull();
    const parts: string[] = [];
    let cursor: string | null = null;
    let count = 0;
    do {
      const part = await exportPart(company, id, { ...query, ...(cursor !== null && { cursor }) }, 1_300);
      parts.push(...part.emails);
      cursor = part.nextCursor;
      count += 1;
    } while (cursor !== null);
    expect(parts).toEqual(whole.emails);
    expect(count).toBe(4);
  }
  await expect(exportPart(company, id, { cursor: "1-1-1" })).rejects.toMatchObject({
    code: "invalid_parameter",
  });
});

test("3 million leads take fewer statements than an invocation has, in three parts", async () => {
  const company = await createCompany();
  const { id } = await createUser({ access: [{ company, role: "owner" }] });
  await createLeads(company, LEADS);
  const { emails, statements } = await exportPart(company, id, {});
  expect(emails).toHaveLength(LEADS);
  // What a part of a million takes, from what these take.
  const ofPart = Math.ceil((statements * 1_000_000) / LEADS);
  // biome-ignore lint/suspicious/noConsole: the figures are part of the answer.
  console.log(`${LEADS} leads: ${statements} statements; a part of a million: ${ofPart} of 900`);
  expect(ofPart).toBeLessThan(900);
});
