import { openLeads } from "../../src/db/clients.ts";
import { leads } from "../../src/db/leads/schema.ts";
import type { TestCompany } from "./factories.ts";

/** A lead of a company, made without an import. */
export async function createLead(company: TestCompany, differs: Partial<typeof leads.$inferInsert> = {}) {
  const email = differs.email ?? `${crypto.randomUUID()}@example.test`;
  const now = Date.now();
  const [row] = await openLeads(company.database)
    .insert(leads)
    .values({
      companyId: company.id,
      email,
      dedupeKey: email,
      stageId: 1,
      createdAt: now,
      updatedAt: now,
      ...differs,
    })
    .returning();
  if (!row) throw new Error("no lead");
  return row;
}
