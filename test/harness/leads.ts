import { sql } from "drizzle-orm";
import { openLeads } from "../../src/db/clients.ts";
import { campaignCounts, leadCounts, leads } from "../../src/db/leads/schema.ts";
import { markAnswers } from "../../src/questions/mark-answers.ts";
import type { TestCompany } from "./factories.ts";

/** A lead of a company, made without an import. It counts as the product's own leads do. */
export async function createLead(company: TestCompany, differs: Partial<typeof leads.$inferInsert> = {}) {
  const email = differs.email ?? `${crypto.randomUUID()}@example.test`;
  const now = Date.now();
  const db = openLeads(company.database);
  const values = {
    companyId: company.id,
    email,
    stageId: 1,
    createdAt: now,
    updatedAt: now,
  };
  const campaignId = differs.campaignId ?? null;
  const counted = Number(!differs.deletedAt);
  const [[row]] = await db.batch([
    db
      .insert(leads)
      .values({ ...values, ...differs })
      .returning(),
    db
      .insert(leadCounts)
      .values({ companyId: company.id, leads: counted })
      .onConflictDoUpdate({
        target: leadCounts.companyId,
        set: { leads: sql`${leadCounts.leads} + ${counted}` },
      }),
    db
      .insert(campaignCounts)
      .select(sql`SELECT ${campaignId}, ${counted} WHERE ${campaignId} IS NOT NULL`)
      .onConflictDoUpdate({
        target: campaignCounts.campaignId,
        set: { leads: sql`${campaignCounts.leads} + ${counted}` },
      }),
    ...markAnswers(db, company.id, [differs.answers ?? null]),
  ]);
  if (!row) throw new Error("no lead");
  return row;
}
