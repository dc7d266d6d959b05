import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { loadActor } from "../../src/auth/actor.ts";
import { STATEMENT_BUDGET } from "../../src/db/budget.ts";
import { openDatabases } from "../../src/db/clients.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { exportLeads } from "../../src/leads/export/export.ts";
import { leadsQuery } from "../../src/leads/list/list-schemas.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";

/** How many leads the large export has: `EXPORT_LEADS=3000000` makes it as large as the product promises. */
const LEADS = Number(env.EXPORT_LEADS) || 120_000;
/** How many leads a part goes over, in proportion: three parts make the whole. */
const PART_LEADS = LEADS / 3;
/** A part of a million leads, which is the most that there is. */
const MILLION = 1_000_000;
/** What makes leads so large that the small pages which an export begins with end within a part. */
const CITY = LEADS === 3 * MILLION ? null : "x".repeat(200);
const INSERTED_AT_ONCE = 100_000;

/** Leads of a company, many at one time so that the id has to tell them apart. */
async function createLeads({ id, database }: TestCompany, leads: number): Promise<void> {
  const insert = database.prepare(
    `WITH RECURSIVE n(i) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
     INSERT INTO leads (company_id, email, city, stage_id, created_at, updated_at)
     SELECT ?1, 'p' || i || '@x.test', ?4, 1, 1000 + i / 700, 1 FROM n`,
  );
  for (let first = 1; first <= leads; first += INSERTED_AT_ONCE) {
    await insert.bind(id, first, Math.min(first + INSERTED_AT_ONCE - 1, leads), CITY).run();
  }
  await database.prepare("INSERT INTO lead_counts (company_id, leads) VALUES (?, ?)").bind(id, leads).run();
}

/** Opens an export as an invocation of its own does. */
async function openExport(
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
  const reader = new AbortController();
  const opened = await exportLeads(databases, seen, request, Date.now(), reader.signal, partLeads);
  return { ...opened, budget: databases.budget };
}

async function exportPart(...asked: Parameters<typeof openExport>) {
  const { pieces, nextCursor } = await openExport(...asked);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  const emails = text
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[0] ?? "");
  return { emails, nextCursor };
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

test(`${LEADS} leads are whole in three parts, each within the statements that an invocation has`, async () => {
  const company = await createCompany();
  const { id } = await createUser({ access: [{ company, role: "owner" }] });
  await createLeads(company, LEADS);
  const parts: { leads: number; statements: number }[] = [];
  let next = 1;
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = cursor === null ? {} : { cursor };
    const part = await openExport(company, id, query, LEADS === 3 * MILLION ? undefined : PART_LEADS);
    const first = next;
    const decoder = new TextDecoder();
    for await (const piece of part.pieces) {
      for (const [, email] of decoder.decode(piece).matchAll(/^p(\d+)@x\.test,/gm)) {
        if (Number(email) !== next) throw new Error(`lead ${email} comes where ${next} should`);
        next += 1;
      }
    }
    parts.push({ leads: next - first, statements: part.budget.spent });
    cursor = part.nextCursor;
  } while (cursor !== null);
  // biome-ignore lint/suspicious/noConsole: the figures are part of the answer.
  console.log(
    `an export of ${next - 1} leads: ${parts.map(({ leads, statements }) => `${leads} by ${statements} statements`).join(", ")}`,
  );
  expect(next - 1).toBe(LEADS);
  expect(parts).toHaveLength(3);
  if (LEADS === 3 * MILLION) {
    for (const { statements } of parts) expect(statements).toBeLessThan(STATEMENT_BUDGET);
    return;
  }
  // Pages are small at first: what they cost does not grow with the part.
  const whole = await openExport(company, id, {});
  for await (const piece of whole.pieces) void piece;
  const [part] = parts as [{ leads: number; statements: number }];
  const aLead = (whole.budget.spent - part.statements) / (LEADS - part.leads);
  expect(part.statements + aLead * (MILLION - part.leads)).toBeLessThan(STATEMENT_BUDGET);
}, 3_600_000);
